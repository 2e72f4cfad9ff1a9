#include "engine/experiment/experiment_file.h"
#include "gui/experiments/experiment_runs_model.h"
#include "gui/experiments/experiment_tab.h"
#include "gui/theme/theme.h"
#include "tests/support/fake_engine_service.h"
#include "tests/support/temporary_folder.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using engine::ExperimentOrder;
using engine::ExperimentProgress;
using engine::ExperimentState;
using engine::RunResult;
using gui::ExperimentRunsModel;
using gui::ExperimentTab;

namespace {

RunResult endedRun(const char* task, std::uint32_t repeat, std::optional<double> cost)
{
    RunResult result {.key = {.task = task, .variant = "new", .repeat = repeat},
                      .answer = "Done.",
                      .metrics = {{"latency_s", 1.5}},
                      .recording = std::string("runs/") + task + "/new.1.kymo"};
    if (cost)
        result.metrics["cost"] = *cost;
    return result;
}

/// Two of ten runs are done, for two dollars.
ExperimentProgress progressOf(ExperimentState state)
{
    ExperimentProgress progress;
    progress.id = 1;
    progress.state = state;
    progress.folder = u"/out"_s;
    progress.isRead = true;
    progress.status.name = "A <b>name</b>";
    progress.status.planned = 10;
    progress.status.done = 2;
    progress.status.ok = 1;
    progress.status.spent = {.cost = 2, .judgeCost = 0.5, .tokens = 12'345, .seconds = 90};
    progress.status.rest = {.runs = 8,
                            .cost = 8.0,
                            .tokens = 50'000.0,
                            .seconds = 360.0,
                            .basis = "By the mean of 2 runs.",
                            .isScripted = false};
    return progress;
}

} // namespace

/// The tab of an experiment, with a service of which the test decides.
class TestExperimentTab : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void filesAndFoldersAreTold();
    void itSaysHowItStands();
    void whatIsNotKnownIsSaid();
    void moneyIsAgreedToFirst();
    void whatIsFreeRunsAtOnce();
    void buttonsFitTheState_data();
    void buttonsFitTheState();
    void runsAreRowsThatOpen();
    void whatIsGoneIsNoRow();
    void scoresComeLater();
    void scoresStandAsInTheFile();
    void aProblemIsShown();
    void closingEndsIt();
    void itIsReadAgain();
    void aNewOneIsAnExperiment();

private:
    template<class Child>
    Child& child(const char* name) const
    {
        auto* found = m_tab->findChild<Child*>(QString::fromUtf8(name));
        if (found == nullptr)
            qFatal("%s is not there", name);
        return *found;
    }

    [[nodiscard]] QString textOf(const char* name) const { return child<QLabel>(name).text(); }

    void tell(const ExperimentProgress& progress) { emit m_engine->experimentChanged(progress); }

    std::unique_ptr<gui::Theme> m_theme;
    std::unique_ptr<tests::FakeEngineService> m_engine;
    std::unique_ptr<ExperimentTab> m_tab;
};

void TestExperimentTab::init()
{
    m_theme = std::make_unique<gui::Theme>();
    m_engine = std::make_unique<tests::FakeEngineService>();
    m_tab = std::make_unique<ExperimentTab>(u"/x/a.experiment.json"_s, *m_engine, *m_theme);
    m_tab->resize(1000, 600);
    m_tab->show();
}

void TestExperimentTab::cleanup()
{
    m_tab.reset();
    m_engine.reset();
    m_theme.reset();
}

void TestExperimentTab::filesAndFoldersAreTold()
{
    const tests::TemporaryFolder folder;
    tests::writeFile(folder.file("a.experiment.json"), "{}");
    tests::writeFile(folder.file("b.json"), "{}");
    const auto text
        = [&](const char* name) { return QString::fromStdString(folder.file(name).string()); };
    QVERIFY(ExperimentTab::isExperimentFile(text("a.experiment.json")));
    QVERIFY(!ExperimentTab::isExperimentFile(text("b.json")));
    QVERIFY(!ExperimentTab::isExperimentFile(text("c.experiment.json"))); // not there
    QCOMPARE(m_engine->experimentRequests.back().file, u"/x/a.experiment.json"_s);
    const QString path = QString::fromStdString(folder.path().string());
    const ExperimentTab other(path, *m_engine, *m_theme);
    QCOMPARE(m_engine->experimentRequests.back().folder, path);
    QVERIFY(m_engine->experimentRequests.back().file.isEmpty());
}

void TestExperimentTab::itSaysHowItStands()
{
    QCOMPARE(m_tab->title(), u"a.experiment.json"_s);
    const QSignalSpy titles(m_tab.get(), &ExperimentTab::titleChanged);
    ExperimentProgress progress = progressOf(ExperimentState::Running);
    progress.underWay = 4;
    tell(progress);
    QCOMPARE(titles.size(), 1);
    QVERIFY(m_tab->isActive());
    QCOMPARE(textOf("experimentName"), u"A <b>name</b>"_s); // as it is: no markup
    QCOMPARE(child<QLabel>("experimentName").textFormat(), Qt::PlainText);
    QCOMPARE(textOf("experimentProgressText"),
             u"2 of 10 runs are done, 1 of them ok; 4 under way."_s);
    QVERIFY2(textOf("experimentSpent").startsWith(u"Spent: $2.00. Of it for judges: $0.50"_s),
             qPrintable(textOf("experimentSpent")));
    QVERIFY(textOf("experimentSpent").contains(u"12,345 tokens"_s));
    QVERIFY2(textOf("experimentRest").startsWith(u"8 runs are to be made, for about $8.00"_s),
             qPrintable(textOf("experimentRest")));
    ExperimentProgress other = progress;
    other.id = 7; // of another tab
    other.status.done = 9;
    tell(other);
    QVERIFY(textOf("experimentProgressText").startsWith(u"2 of 10"_s));
}

void TestExperimentTab::whatIsNotKnownIsSaid()
{
    ExperimentProgress progress = progressOf(ExperimentState::Ready);
    progress.status.spent.isCostKnown = false;
    progress.status.rest.cost.reset();
    progress.status.rest.tokens.reset();
    tell(progress);
    QVERIFY(textOf("experimentSpent").startsWith(u"Spent: at least $2.00"_s));
    QVERIFY(textOf("experimentRest").contains(u"not known before a run was made"_s));
    progress.status.isScripted = true;
    progress.status.rest.isScripted = true;
    tell(progress);
    QVERIFY(textOf("experimentSpent").contains(u"no real model is asked"_s));
}

void TestExperimentTab::moneyIsAgreedToFirst()
{
    tell(progressOf(ExperimentState::Ready));
    child<QPushButton>("experimentRun").click();
    auto& box = child<QMessageBox>("experimentAgreement");
    QVERIFY2(box.text().contains(u"about $8.00"_s), qPrintable(box.text()));
    QVERIFY(m_engine->experimentOrders.empty());
    box.reject();
    QVERIFY(m_engine->experimentOrders.empty());
    QTRY_VERIFY(m_tab->findChild<QMessageBox*>() == nullptr);
    child<QPushButton>("experimentRun").click();
    child<QPushButton>("experimentAgree").click();
    QCOMPARE(m_engine->experimentOrders.size(), std::size_t {1});
    QCOMPARE(m_engine->experimentOrders.front().second, ExperimentOrder::Run);
}

void TestExperimentTab::whatIsFreeRunsAtOnce()
{
    ExperimentProgress progress = progressOf(ExperimentState::Ready);
    progress.status.rest.isScripted = true;
    tell(progress);
    child<QPushButton>("experimentRun").click();
    QVERIFY(m_tab->findChild<QMessageBox*>() == nullptr);
    QCOMPARE(m_engine->experimentOrders.size(), std::size_t {1});
}

void TestExperimentTab::buttonsFitTheState_data()
{
    QTest::addColumn<ExperimentState>("state");
    QTest::addColumn<int>("done");
    QTest::addColumn<QString>("enabled"); // run, trial, pause, stop, report
    QTest::newRow("opening") << ExperimentState::Opening << 0 << u"....."_s;
    QTest::newRow("new") << ExperimentState::Ready << 0 << u"rt..."_s;
    QTest::newRow("begun") << ExperimentState::Ready << 2 << u"r...e"_s;
    QTest::newRow("done") << ExperimentState::Ready << 10 << u"....e"_s;
    QTest::newRow("running") << ExperimentState::Running << 2 << u"..pse"_s;
    QTest::newRow("paused") << ExperimentState::Paused << 2 << u"r..se"_s;
    QTest::newRow("stopping") << ExperimentState::Stopping << 2 << u"....e"_s;
}

void TestExperimentTab::buttonsFitTheState()
{
    QFETCH(ExperimentState, state);
    QFETCH(int, done);
    QFETCH(QString, enabled);
    ExperimentProgress progress = progressOf(state);
    progress.isRead = state != ExperimentState::Opening;
    progress.status.done = static_cast<std::size_t>(done);
    progress.status.rest.runs = static_cast<std::size_t>(10 - done);
    tell(progress);
    const auto word = [&](const char* name, QChar letter) {
        return child<QPushButton>(name).isEnabled() ? letter : u'.';
    };
    QCOMPARE(QString() + word("experimentRun", u'r') + word("experimentTrial", u't')
                 + word("experimentPause", u'p') + word("experimentStop", u's')
                 + word("experimentReport", u'e'),
             enabled);
    if (state == ExperimentState::Paused) {
        child<QPushButton>("experimentRun").click(); // it was agreed to before
        QCOMPARE(m_engine->experimentOrders.back().second, ExperimentOrder::Run);
    }
}

void TestExperimentTab::runsAreRowsThatOpen()
{
    ExperimentProgress progress = progressOf(ExperimentState::Running);
    RunResult failed = endedRun("b", 1, {});
    failed.status = engine::OutcomeStatus::Error;
    failed.reason = "No key.";
    progress.changed = {endedRun("a", 1, 0.25), failed};
    tell(progress);
    progress.changed = {endedRun("c", 1, 3)};
    tell(progress);
    auto& table = child<QTableView>("experimentRuns");
    QCOMPARE(table.model()->rowCount(), 3);
    const auto cell
        = [&](int row, int column) { return table.model()->index(row, column).data().toString(); };
    QCOMPARE(cell(0, ExperimentRunsModel::TaskColumn), u"a"_s);
    QCOMPARE(cell(0, ExperimentRunsModel::TimeColumn), u"1.50 s"_s);
    QCOMPARE(cell(1, ExperimentRunsModel::CostColumn), QString()); // not known is no zero
    QCOMPARE(cell(1, ExperimentRunsModel::OutcomeColumn), u"error: No key."_s);
    const QSignalSpy opened(m_tab.get(), &ExperimentTab::recordingRequested);
    emit table.activated(table.model()->index(2, 0));
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened.front().front().toString(), u"/out/runs/c/new.1.kymo"_s);
    table.sortByColumn(ExperimentRunsModel::CostColumn, Qt::DescendingOrder);
    QCOMPARE(cell(0, ExperimentRunsModel::TaskColumn), u"c"_s);
    emit table.activated(table.model()->index(0, 0)); // what one sees is what opens
    QCOMPARE(opened.back().front().toString(), u"/out/runs/c/new.1.kymo"_s);
}

void TestExperimentTab::whatIsGoneIsNoRow()
{
    ExperimentProgress progress = progressOf(ExperimentState::Ready);
    progress.changed = {endedRun("a", 1, 0.25), endedRun("b", 1, 0.25)};
    tell(progress);
    progress.isAnew = true;
    progress.changed = {endedRun("b", 1, 0.25)};
    tell(progress);
    const auto& rows = *child<QTableView>("experimentRuns").model();
    QCOMPARE(rows.rowCount(), 1);
    QCOMPARE(rows.index(0, ExperimentRunsModel::TaskColumn).data().toString(), u"b"_s);
}

void TestExperimentTab::scoresComeLater()
{
    ExperimentRunsModel model;
    const QAbstractItemModelTester tester(&model);
    RunResult result = endedRun("a", 1, 1);
    model.take({result, endedRun("b", 1, 1)});
    const int before = model.columnCount();
    result.scores["right"] = {.value = 0, .passed = false, .note = "<i>off</i>", .cost = {}};
    result.scores["odd"] = {.value = {}, .passed = {}, .note = "no answer", .cost = {}};
    model.take({result});
    QCOMPARE(model.rowCount(), 2); // the same run
    QCOMPARE(model.columnCount(), before + 2);
    const auto column = [&](const QString& name) {
        for (int i = 0; i < model.columnCount(); ++i) {
            if (model.headerData(i, Qt::Horizontal, Qt::DisplayRole) == name)
                return i;
        }
        return -1;
    };
    const QModelIndex right = model.index(0, column(u"right"_s));
    QCOMPARE(right.data().toString(), u"0"_s);
    QVERIFY(right.data(ExperimentRunsModel::FailedRole).toBool());
    QVERIFY(right.data(Qt::ToolTipRole).toString().contains(u"&lt;i&gt;off"_s));
    const QModelIndex odd = model.index(0, column(u"odd"_s));
    QCOMPARE(odd.data().toString(), u"?"_s);
    QVERIFY(!odd.data(ExperimentRunsModel::FailedRole).toBool());
    QCOMPARE(model.index(1, column(u"right"_s)).data().toString(), QString());
}

/// And only those that are wanted otherwise are shown as failed.
void TestExperimentTab::scoresStandAsInTheFile()
{
    ExperimentRunsModel model;
    const QAbstractItemModelTester tester(&model);
    model.setScorers({{"zeta", engine::ScorerAim::Higher},
                      {"alpha", engine::ScorerAim::Neither},
                      {"mid", engine::ScorerAim::Lower}});
    RunResult result = endedRun("books", 1, {});
    for (const char* name : {"alpha", "mid", "other", "zeta"})
        result.scores[name] = {.value = 0, .passed = false, .note = {}, .cost = {}};
    model.take({result});
    QStringList names;
    QList<bool> failed;
    const auto read = [&] {
        names.clear();
        failed.clear();
        for (int i = ExperimentRunsModel::FirstScoreColumn; i < model.columnCount(); ++i) {
            names << model.headerData(i, Qt::Horizontal, Qt::DisplayRole).toString();
            failed << model.index(0, i).data(ExperimentRunsModel::FailedRole).toBool();
        }
    };
    read();
    QCOMPARE(names, QStringList({u"zeta"_s, u"alpha"_s, u"mid"_s, u"other"_s}));
    QCOMPARE(failed, QList<bool>({true, false, false, true}));
    for (auto& [name, score] : result.scores)
        score.passed = true;
    model.take({result});
    read();
    QCOMPARE(failed, QList<bool>({false, false, true, false}));
    // The file was changed.
    model.setScorers({{"mid", engine::ScorerAim::Higher}, {"zeta", engine::ScorerAim::Higher}});
    read();
    QCOMPARE(names, QStringList({u"mid"_s, u"zeta"_s, u"alpha"_s, u"other"_s}));
    QVERIFY(!failed.first());
}

void TestExperimentTab::aProblemIsShown()
{
    ExperimentProgress progress;
    progress.id = 1;
    progress.state = ExperimentState::Ready;
    progress.problem = "a.experiment.json:3:1: data: The data set is missing.";
    tell(progress);
    QCOMPARE(textOf("experimentName"), u"This experiment cannot be read."_s);
    QVERIFY(child<QLabel>("experimentProblem").isVisible());
    QVERIFY(textOf("experimentProblem").contains(u"The data set is missing."_s));
    QVERIFY(!child<QPushButton>("experimentRun").isEnabled());
}

void TestExperimentTab::closingEndsIt()
{
    m_tab.reset();
    QCOMPARE(m_engine->experimentOrders.size(), std::size_t {1});
    QCOMPARE(m_engine->experimentOrders.front().second, ExperimentOrder::Close);
}

void TestExperimentTab::itIsReadAgain()
{
    ExperimentProgress progress = progressOf(ExperimentState::Ready);
    progress.changed = {endedRun("a", 1, 0.25)};
    tell(progress);
    child<QPushButton>("experimentAgain").click();
    QCOMPARE(m_engine->experimentOrders.back().second, ExperimentOrder::Close);
    QCOMPARE(m_engine->experimentRequests.size(), std::size_t {2});
    QVERIFY(!child<QPushButton>("experimentRun").isEnabled());
    tell(progress); // of the one before: too late
    QCOMPARE(child<QTableView>("experimentRuns").model()->rowCount(), 0);
    progress.id = 2;
    tell(progress);
    QCOMPARE(child<QTableView>("experimentRuns").model()->rowCount(), 1);
}

void TestExperimentTab::aNewOneIsAnExperiment()
{
    const tests::TemporaryFolder folder;
    const std::string agent = R"({"name": "a", "model": {"provider": "p", "model": "m"},)"
                              R"("providers": [{"name": "p", "kind": "openai-chat",)"
                              R"("keyVariable": "SOME_KEY"}]})";
    tests::writeFile(folder.file("my \"own\".agent.json"), agent);
    const auto text
        = [&](const char* name) { return QString::fromStdString(folder.file(name).string()); };
    const QString file = text("try.experiment.json");
    QCOMPARE(ExperimentTab::writeNew(file, text("my \"own\".agent.json")), QString());
    const auto read = engine::readExperiment(folder.file("try.experiment.json"));
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE(read->name, std::string("try"));
    QCOMPARE(read->variants.size(), std::size_t {2});
    QCOMPARE(read->tasks.size(), std::size_t {2});
    tests::writeFile(folder.file("try.experiment.json"), "mine");
    QVERIFY(ExperimentTab::writeNew(file, {}).contains(u"is there already"_s));
    QCOMPARE(tests::contentOf(folder.file("try.experiment.json")), std::string("mine"));
}

QTEST_MAIN(TestExperimentTab)
#include "tst_experiment_tab.moc"
