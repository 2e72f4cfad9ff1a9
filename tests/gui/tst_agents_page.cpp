#include "gui/agents/agent_form.h"
#include "gui/agents/agents_page.h"
#include "gui/agents/config_edit.h"
#include "gui/agents/connection_row.h"
#include "gui/agents/key_dialog.h"
#include "gui/agents/key_panel.h"
#include "gui/theme/theme.h"
#include "tests/support/fake_engine_service.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kAgent = R"({
  // a comment that stays
  "name": "support",
  "pattern": "react",
  "providers": [
    {"name": "main", "kind": "openai-chat", "keyVariable": "KYMO_TEST_KEY"},
    {"name": "other", "kind": "anthropic", "keyVariable": "KYMO_TEST_OTHER"}
  ],
  "model": {"provider": "main", "model": "m-1"},
  "prompt": {
    "behaviour": "Be kind.",
    "examples": [{"user": "Where is A-1?", "assistant": "On its way."}]
  },
  "tools": [{"name": "calculator"}, {"name": "orders", "builtin": "sqlite_query",
             "needsApproval": true, "options": {"file": "shop.db"}}],
  "servers": [{"name": "files", "command": ["file-server", "."]}],
  "policies": {"fallback": {"models": [{"provider": "other", "model": "m-2"}]}}
}
)";

} // namespace

class TestAgentsPage : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void examplesAndRecentFilesAreListed();
    void fileIsShownWithWhatItNeeds();
    void keysAreToldByNameAlone();
    void keyIsStoredAndNeverShown();
    void keyIsRemovedAfterAQuestion();
    void keyStoreThatIsNotThereIsTold();
    void connectionsAreTestedInPlace();
    void modelIsAskedOnlyOnRequest();
    void testIsStopped();
    void findingsStayWhileTheirConnectionDoes();
    void problemsAreMarkedAndLeadToTheirLine();
    void formWritesTheText();
    void textFillsTheForm();
    void formKeepsWhatItDoesNotKnow();
    void toolsAreAddedAndRemoved();
    void brokenTextSaysSoInTheForm();
    void runSavesAndRecords();
    void recordingIsSwitchedOff();
    void runNeedsAnInputAndAGoodFile();
    void fileThatCannotBeReadIsTold();
    void textIsNeverMarkup();

private:
    QString write(const QString& name, const QByteArray& content)
    {
        const QString path = m_folder->filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write(content);
        return path;
    }

    template<typename Widget>
    Widget* child(const QString& name) const
    {
        return m_page->findChild<Widget*>(name);
    }

    QStringList lines(const QString& list) const
    {
        QStringList all;
        for (int i = 0; i < child<QListWidget>(list)->count(); ++i)
            all << child<QListWidget>(list)->item(i)->text();
        return all;
    }

    ConfigEdit& text() const { return *child<ConfigEdit>(u"configText"_s); }

    ConnectionRow& connection(const QString& name) const
    {
        return *child<ConnectionRow>(u"connection-"_s + name);
    }

    static QStringList findings(const ConnectionRow& row)
    {
        QStringList texts;
        const auto labels = row.findChildren<QLabel*>(u"finding"_s);
        for (const QLabel* label : labels)
            texts << label->text();
        return texts;
    }

    static QPushButton* button(const ConnectionRow& row, const QString& name)
    {
        return row.findChild<QPushButton*>(name);
    }

    /// Where the keys of kAgent are.
    void tellPlaces(engine::KeyPlace first, engine::KeyPlace second, bool hasStore = true)
    {
        engine::KeyReport report;
        report.places = {{"KYMO_TEST_KEY", first}, {"KYMO_TEST_OTHER", second}};
        report.hasStore = hasStore;
        emit m_engine.keysFound(report);
    }

    tests::FakeEngineService m_engine;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<AgentsPage> m_page;
    QString m_file;
};

void TestAgentsPage::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_theme = std::make_unique<Theme>(u"dark"_s);
    write(u"examples/agents/shop/shop.agent.json"_s, kAgent);
    m_file = write(u"support.agent.json"_s, kAgent);
    m_page = std::make_unique<AgentsPage>(
        *m_theme, &m_engine, m_folder->filePath(u"examples"_s), m_folder->filePath(u"runs"_s));
    m_page->resize(1200, 800);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
}

void TestAgentsPage::cleanup()
{
    m_page.reset();
    m_engine.orders.clear();
    m_engine.keysStored.clear();
    m_engine.checks.clear();
    qunsetenv("KYMO_TEST_KEY");
}

void TestAgentsPage::examplesAndRecentFilesAreListed()
{
    QCOMPARE(lines(u"agentFiles"_s), (QStringList {u"Examples"_s, u"shop"_s}));
    m_page->setRecent({m_file});
    QCOMPARE(lines(u"agentFiles"_s),
             (QStringList {u"Recent"_s, u"support"_s, u"Examples"_s, u"shop"_s}));
    auto* files = child<QListWidget>(u"agentFiles"_s);
    const QSignalSpy opened(m_page.get(), &AgentsPage::opened);
    QTest::mouseClick(
        files->viewport(), Qt::LeftButton, {}, files->visualItemRect(files->item(3)).center());
    QCOMPARE(opened.count(), 1);
    QVERIFY(m_page->path().endsWith(u"shop.agent.json"));
}

void TestAgentsPage::fileIsShownWithWhatItNeeds()
{
    m_page->open(m_file);
    QVERIFY2(m_page->reading().isRunnable, qPrintable(lines(u"problems"_s).join(u'\n')));
    QCOMPARE(text().toPlainText(), QString::fromUtf8(kAgent));
    QVERIFY(!m_page->isModified());
    QCOMPARE(lines(u"toolList"_s),
             (QStringList {u"calculator"_s,
                           u"orders · sqlite_query · asks before each call"_s,
                           u"server files · file-server"_s}));
    // The first example is something to try.
    QCOMPARE(child<QPlainTextEdit>(u"agentInput"_s)->toPlainText(), u"Where is A-1?"_s);
    QVERIFY(child<QPushButton>(u"runAgent"_s)->isEnabled());
}

void TestAgentsPage::keysAreToldByNameAlone()
{
    qputenv("KYMO_TEST_KEY", "secret-value");
    m_page->open(m_file);
    QCOMPARE(m_engine.keyNeeds.size(), std::size_t(2));
    QCOMPARE(lines(u"keyList"_s).first(), u"KYMO_TEST_KEY · not known · provider main"_s);
    tellPlaces(engine::KeyPlace::Environment, engine::KeyPlace::KeyStore);
    QCOMPARE(lines(u"keyList"_s),
             (QStringList {u"KYMO_TEST_KEY · set in the environment · provider main"_s,
                           u"KYMO_TEST_OTHER · in the key store · provider other"_s}));
    const auto lists = m_page->findChildren<QListWidget*>();
    for (const QListWidget* list : lists) {
        for (int i = 0; i < list->count(); ++i) {
            QVERIFY(!list->item(i)->text().contains(u"secret-value"));
            QVERIFY(!list->item(i)->toolTip().contains(u"secret-value"));
        }
    }
}

void TestAgentsPage::keyIsStoredAndNeverShown()
{
    m_page->open(m_file);
    auto* store = child<QPushButton>(u"storeKey"_s);
    QVERIFY(!store->isEnabled());
    tellPlaces(engine::KeyPlace::Nowhere, engine::KeyPlace::Nowhere);
    QVERIFY(store->isEnabled());
    QVERIFY(!child<QPushButton>(u"removeKey"_s)->isEnabled());
    child<QListWidget>(u"keyList"_s)->setCurrentRow(1);
    store->click();
    auto* dialog = m_page->findChild<KeyDialog*>();
    QVERIFY(dialog != nullptr);
    auto* key = dialog->findChild<QLineEdit*>(u"key"_s);
    auto* give = dialog->findChild<QPushButton*>(u"giveKey"_s);
    QCOMPARE(key->echoMode(), QLineEdit::Password);
    QVERIFY(!give->isEnabled());
    QTest::keyClicks(key, u" sk-planted "_s);
    give->click();
    QCOMPARE(key->text(), QString());
    QCOMPARE(m_engine.keysStored,
             (std::map<std::string, std::string> {{"KYMO_TEST_OTHER", "sk-planted"}}));
    // What came of it is looked for anew.
    m_engine.keyNeeds.clear();
    emit m_engine.keyChanged("KYMO_TEST_OTHER", {});
    QCOMPARE(m_engine.keyNeeds.size(), std::size_t(2));
    tellPlaces(engine::KeyPlace::Nowhere, engine::KeyPlace::KeyStore);
    QCOMPARE(child<QListWidget>(u"keyList"_s)->currentRow(), 1);
    QVERIFY(lines(u"keyList"_s).last().contains(u"in the key store"));
    const auto all = m_page->findChildren<QLabel*>();
    for (const QLabel* label : all)
        QVERIFY(!label->text().contains(u"sk-planted"));
}

void TestAgentsPage::keyIsRemovedAfterAQuestion()
{
    m_page->open(m_file);
    tellPlaces(engine::KeyPlace::KeyStore, engine::KeyPlace::Nowhere);
    auto* remove = child<QPushButton>(u"removeKey"_s);
    QVERIFY(remove->isEnabled());
    remove->click();
    QVERIFY(m_engine.orders.isEmpty());
    auto* question = m_page->findChild<QMessageBox*>(u"askBeforeRemoving"_s);
    QVERIFY(question != nullptr && question->text().contains(u"KYMO_TEST_KEY"));
    question->findChild<QPushButton*>(u"reallyRemove"_s)->click();
    QCOMPARE(m_engine.orders, QStringList {u"removeKey 0 KYMO_TEST_KEY"_s});
}

void TestAgentsPage::keyStoreThatIsNotThereIsTold()
{
    m_page->open(m_file);
    engine::KeyReport report;
    report.places = {{"KYMO_TEST_KEY", engine::KeyPlace::Environment},
                     {"KYMO_TEST_OTHER", engine::KeyPlace::Nowhere}};
    report.problem = "No key store answers in this session.";
    emit m_engine.keysFound(report);
    QVERIFY(!child<QPushButton>(u"storeKey"_s)->isEnabled());
    auto* note = child<QLabel>(u"keyNote"_s);
    QVERIFY(!note->isHidden());
    QCOMPARE(note->text(), u"No key store answers in this session."_s);
    // Nobody needs one where all keys are there.
    report.places["KYMO_TEST_OTHER"] = engine::KeyPlace::Environment;
    emit m_engine.keysFound(report);
    QVERIFY(note->isHidden());
    // A refusal is told where the button is.
    tellPlaces(engine::KeyPlace::Nowhere, engine::KeyPlace::Nowhere);
    emit m_engine.keyChanged("KYMO_TEST_KEY", u"It was not unlocked."_s);
    QCOMPARE(note->text(), u"It was not unlocked."_s);
    emit m_engine.keyChanged("OF_ANOTHER", u"?"_s);
    QCOMPARE(note->text(), u"It was not unlocked."_s);
}

void TestAgentsPage::connectionsAreTestedInPlace()
{
    m_page->open(m_file);
    QCOMPARE(m_page->findChildren<ConnectionRow*>().size(), 3);
    ConnectionRow& row = connection(u"main"_s);
    button(row, u"testConnection"_s)->click();
    QCOMPARE(m_engine.checks.size(), std::size_t(1));
    QCOMPARE(m_engine.checks[0].name, u"main"_s);
    QVERIFY(!m_engine.checks[0].isServer && !m_engine.checks[0].asksModel);
    QCOMPARE(m_engine.checks[0].folder, QFileInfo(m_file).path());
    QCOMPARE(button(row, u"testConnection"_s)->text(), u"Stop"_s);
    using Level = engine::ConnectionFinding::Level;
    engine::ConnectionReport report;
    report.check = row.check();
    report.findings = {{Level::Good, "It answers, within 12 ms."},
                       {Level::Bad, "It does not accept <b>the key</b>."}};
    emit m_engine.connectionChecked(report);
    QCOMPARE(
        findings(row),
        (QStringList {u"It answers, within 12 ms."_s, u"It does not accept <b>the key</b>."_s}));
    QVERIFY(row.isBusy());
    report.isOver = true;
    emit m_engine.connectionChecked(report);
    QVERIFY(!row.isBusy());
    QCOMPARE(button(row, u"testConnection"_s)->text(), u"Test"_s);
    QVERIFY(button(row, u"askModel"_s)->isHidden());
    // Each test is another's business.
    QVERIFY(findings(connection(u"other"_s)).isEmpty());
    button(connection(u"files"_s), u"testConnection"_s)->click();
    QVERIFY(m_engine.checks.back().isServer);
    // What is not saved is tested as it stands.
    text().setPlainText(text().toPlainText().replace(u"m-1"_s, u"m-7"_s));
    button(connection(u"other"_s), u"testConnection"_s)->click();
    QVERIFY(m_engine.checks.back().text.contains(u"m-7"));
}

void TestAgentsPage::modelIsAskedOnlyOnRequest()
{
    m_page->open(m_file);
    ConnectionRow& row = connection(u"main"_s);
    button(row, u"testConnection"_s)->click();
    engine::ConnectionReport report;
    report.check = row.check();
    report.isOver = true;
    report.askedModel = "m-1";
    report.askedTokens = 16;
    report.askCost = 0.0021;
    emit m_engine.connectionChecked(report);
    auto* ask = button(row, u"askModel"_s);
    QVERIFY(!ask->isHidden());
    QCOMPARE(ask->text(), u"Ask m-1 for one short answer (16 tokens, at most $0.0021)"_s);
    QCOMPARE(m_engine.checks.size(), std::size_t(1));
    ask->click();
    QCOMPARE(m_engine.checks.size(), std::size_t(2));
    QVERIFY(m_engine.checks[1].asksModel);
    QCOMPARE(m_engine.checks[1].model, u"m-1"_s);
    QVERIFY(ask->isHidden());
    report.check = row.check();
    report.askCost.reset();
    emit m_engine.connectionChecked(report);
    QVERIFY(ask->text().contains(u"its price is not known"));
}

void TestAgentsPage::testIsStopped()
{
    m_page->open(m_file);
    ConnectionRow& row = connection(u"main"_s);
    button(row, u"testConnection"_s)->click();
    button(row, u"testConnection"_s)->click();
    QCOMPARE(m_engine.orders.last(), u"cancelCheck %1"_s.arg(row.check()));
    // A page that goes leaves nothing behind that goes on.
    const engine::CheckId check = row.check();
    m_engine.orders.clear();
    m_page.reset();
    QCOMPARE(m_engine.orders, QStringList {u"cancelCheck %1"_s.arg(check)});
}

void TestAgentsPage::findingsStayWhileTheirConnectionDoes()
{
    m_page->open(m_file);
    button(connection(u"main"_s), u"testConnection"_s)->click();
    button(connection(u"other"_s), u"testConnection"_s)->click();
    for (const QString& name : {u"main"_s, u"other"_s}) {
        engine::ConnectionReport report;
        report.check = connection(name).check();
        report.isOver = true;
        report.findings = {{engine::ConnectionFinding::Level::Good, "It answers."}};
        emit m_engine.connectionChecked(report);
    }
    text().setPlainText(text().toPlainText().replace(u"\"anthropic\""_s, u"\"openai-chat\""_s));
    QTRY_VERIFY(findings(connection(u"other"_s)).isEmpty());
    QCOMPARE(findings(connection(u"main"_s)), QStringList {u"It answers."_s});
}

void TestAgentsPage::problemsAreMarkedAndLeadToTheirLine()
{
    m_page->open(m_file);
    QString broken = QString::fromUtf8(kAgent);
    broken.replace(u"\"react\""_s, u"\"reakt\""_s);
    text().setPlainText(broken);
    QTRY_VERIFY(!m_page->reading().isRunnable);
    QVERIFY(!child<QPushButton>(u"runAgent"_s)->isEnabled());
    const QStringList problems = lines(u"problems"_s);
    QVERIFY2(problems.first().startsWith(u"Line 4 · pattern:"), qPrintable(problems.first()));
    auto* list = child<QListWidget>(u"problems"_s);
    QTest::mouseClick(
        list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
    QVERIFY(text().isVisible());
    QCOMPARE(text().textCursor().blockNumber(), 3);
    QVERIFY(text().hasFocus());
}

void TestAgentsPage::formWritesTheText()
{
    m_page->open(m_file);
    auto* name = child<QLineEdit>(u"name"_s);
    QCOMPARE(name->text(), u"support"_s);
    name->selectAll();
    QTest::keyClicks(name, u"helper"_s);
    QCOMPARE(name->text(), u"helper"_s);
    QVERIFY(text().toPlainText().contains(u"\"name\": \"helper\",\n  \"pattern\""));
    QVERIFY(text().toPlainText().contains(u"// a comment that stays"));
    QVERIFY(m_page->isModified());
    auto* cost = child<QLineEdit>(u"budget.cost"_s);
    QTest::keyClicks(cost, u"0.25"_s);
    QCOMPARE(cost->text(), u"0.25"_s);
    QVERIFY(text().toPlainText().contains(u"\"cost\": 0.25"));
    cost->selectAll();
    QTest::keyClick(cost, Qt::Key_Delete);
    QVERIFY(!text().toPlainText().contains(u"\"cost\""));
    child<QPlainTextEdit>(u"prompt.behaviour"_s)->setPlainText(u"Be \"brief\".\nAlways."_s);
    QVERIFY(text().toPlainText().contains(u"\"Be \\\"brief\\\".\\nAlways.\""));
    auto* provider = child<QComboBox>(u"model.provider"_s);
    QCOMPARE(provider->count(), 2);
    provider->setCurrentText(u"other"_s);
    emit provider->textActivated(u"other"_s);
    QVERIFY(text().toPlainText().contains(u"{\"provider\": \"other\", \"model\": \"m-1\"}"));
    QVERIFY(m_page->reading().isRunnable);
    text().undo();
    QVERIFY(text().toPlainText().contains(u"{\"provider\": \"main\", \"model\": \"m-1\"}"));
}

void TestAgentsPage::textFillsTheForm()
{
    m_page->open(m_file);
    QString changed = QString::fromUtf8(kAgent);
    changed.replace(u"\"m-1\""_s, u"\"m-9\""_s);
    text().setPlainText(changed);
    QTRY_COMPARE(child<QLineEdit>(u"model.model"_s)->text(), u"m-9"_s);
}

void TestAgentsPage::formKeepsWhatItDoesNotKnow()
{
    m_page->open(m_file);
    auto* version = child<QLineEdit>(u"version"_s);
    QTest::keyClicks(version, u"2"_s);
    QString rest = text().toPlainText();
    QVERIFY(rest.contains(u"\"version\": \"2\""));
    rest.remove(u",\n  \"version\": \"2\""_s);
    QCOMPARE(rest, QString::fromUtf8(kAgent));
}

void TestAgentsPage::toolsAreAddedAndRemoved()
{
    m_page->open(m_file);
    QTest::keyClicks(child<QLineEdit>(u"newTool"_s), u"notes"_s);
    child<QPushButton>(u"addTool"_s)->click();
    QCOMPARE(lines(u"tools"_s), (QStringList {u"calculator"_s, u"orders"_s, u"notes"_s}));
    QVERIFY(lines(u"toolList"_s).contains(u"notes"_s));
    child<QListWidget>(u"tools"_s)->setCurrentRow(0);
    child<QPushButton>(u"removeTool"_s)->click();
    QCOMPARE(lines(u"tools"_s), (QStringList {u"orders"_s, u"notes"_s}));
    QVERIFY(text().toPlainText().contains(u"\"needsApproval\": true"));
}

void TestAgentsPage::brokenTextSaysSoInTheForm()
{
    m_page->open(m_file);
    text().setPlainText(u"{\"name\": "_s);
    QTRY_VERIFY(!m_page->reading().isRunnable);
    QVERIFY(lines(u"keyList"_s).first().startsWith(u"Not known"));
    QTest::keyClicks(child<QLineEdit>(u"name"_s), u"x"_s);
    QCOMPARE(text().toPlainText(), u"{\"name\": "_s);
    QVERIFY(m_page->problem().contains(u"cannot be read as JSON"));
}

void TestAgentsPage::runSavesAndRecords()
{
    m_page->open(m_file);
    QTest::keyClicks(child<QLineEdit>(u"version"_s), u"3"_s);
    QCOMPARE(child<QPushButton>(u"runAgent"_s)->text(), u"Save and Run"_s);
    std::vector<engine::RunRequest> requests;
    connect(m_page.get(), &AgentsPage::runRequested, this, [&](const auto& request) {
        requests.push_back(request);
    });
    child<QPushButton>(u"runAgent"_s)->click();
    QCOMPARE(requests.size(), std::size_t(1));
    QCOMPARE(requests[0].agentFile, m_file);
    QCOMPARE(requests[0].input, u"Where is A-1?"_s);
    QVERIFY(requests[0].recordFile.startsWith(m_folder->filePath(u"runs/support-"_s)));
    QVERIFY(requests[0].recordFile.endsWith(u".kymo"));
    QVERIFY(QFileInfo(m_folder->filePath(u"runs"_s)).isDir());
    QVERIFY(child<QCheckBox>(u"recordRun"_s)->text().contains(u"/runs/support-"));
    QFile saved(m_file);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QVERIFY(saved.readAll().contains("\"version\": \"3\""));
    QVERIFY(!m_page->isModified());
    // A second run in the same second has a file of its own.
    QFile taken(requests[0].recordFile);
    QVERIFY(taken.open(QIODevice::WriteOnly));
    m_page->run();
    QVERIFY(requests[1].recordFile != requests[0].recordFile);
}

void TestAgentsPage::recordingIsSwitchedOff()
{
    m_page->open(m_file);
    child<QCheckBox>(u"recordRun"_s)->setChecked(false);
    QString record = u"?"_s;
    connect(m_page.get(), &AgentsPage::runRequested, this, [&](const auto& request) {
        record = request.recordFile;
    });
    m_page->run();
    QCOMPARE(record, QString());
    QVERIFY(!QFileInfo::exists(m_folder->filePath(u"runs"_s)));
}

void TestAgentsPage::runNeedsAnInputAndAGoodFile()
{
    const QSignalSpy runs(m_page.get(), &AgentsPage::runRequested);
    m_page->run();
    m_page->open(m_file);
    child<QPlainTextEdit>(u"agentInput"_s)->clear();
    QVERIFY(!child<QPushButton>(u"runAgent"_s)->isEnabled());
    m_page->run();
    child<QPlainTextEdit>(u"agentInput"_s)->setPlainText(u"Hello"_s);
    text().setPlainText(u"{}"_s);
    m_page->run();
    QCOMPARE(runs.count(), 0);
}

void TestAgentsPage::fileThatCannotBeReadIsTold()
{
    m_page->open(m_folder->filePath(u"gone.agent.json"_s));
    QVERIFY(m_page->problem().contains(u"gone.agent.json cannot be read"));
    QVERIFY(m_page->path().isEmpty());
}

void TestAgentsPage::textIsNeverMarkup()
{
    QByteArray hostile = kAgent;
    hostile.replace("calculator", "<img src=/dev/stdin>");
    m_page->open(write(u"hostile.agent.json"_s, hostile));
    QVERIFY(lines(u"tools"_s).first().contains(u"<img"));
    const auto labels = m_page->findChildren<QLabel*>();
    for (const QLabel* label : labels)
        QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText
                || !label->text().contains(u'<'));
}

QTEST_MAIN(TestAgentsPage)
#include "tst_agents_page.moc"
