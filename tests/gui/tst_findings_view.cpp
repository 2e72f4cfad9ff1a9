#include "gui/context/session_context.h"
#include "gui/findings/findings_model.h"
#include "gui/findings/findings_view.h"
#include "gui/findings/ticked_label.h"
#include "gui/theme/theme.h"
#include "tests/support/planted_conversation.h"
#include "tests/support/trace_maker.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace gui;
using namespace Qt::StringLiterals;
using tests::Conversation;
using tracestore::Finding;
using tracestore::Severity;
using tracestore::SpanId;

class TestFindingsView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void findingsStandByRuleTheGravestFirst();
    void theTitleCountsThem();
    void choosingLeadsToTheStep();
    void theStepsOfAFindingAreWalked();
    void whatIsFilteredIsNotShown();
    void aFindingIsCopiedAsText();
    void keysReachAll();
    void anEmptyTraceSaysWhatWouldBeHere();
    void aCleanTraceSaysSo();
    void aTraceThatGrowsIsLookedAtAgain();
    void textsOfStrangersStayTexts();
    void ticksAreShownAsCode_data();
    void ticksAreShownAsCode();
    void aLongTitleIsShownWhole();
    void stepsAreMarked();
    void aRecordedConfigurationIsLookedAt();
    void manyFindingsAreQuick();

private:
    void open(const tracestore::TracePtr& trace);
    [[nodiscard]] QModelIndex findingOf(const QString& rule) const;

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<FindingsView> m_view;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    SpanId m_failed;
    SpanId m_answer;
    SpanId m_looked;
};

namespace {

std::string someToken()
{
    return std::string("ghp_") + "Q7rT2mXc9LkV4bNz8WpY1sDf6HgJ3aEu5KoM";
}

/// A loop, an error that nobody took up and a secret.
void plant(Conversation& talk, SpanId& failed, SpanId& answer, SpanId& looked)
{
    talk.user("Charge the card.");
    looked = talk.tool("look", R"({"at":"card"})", "A card.");
    talk.tool("look", R"({"at":"card"})", "A card.");
    talk.tool("look", R"({"at":"card"})", "A card.");
    talk.tool("read", R"({"path":".env"})", "TOKEN=" + someToken());
    failed = talk.tool("charge", R"({"amount":20})", "");
    talk.fail(failed, {"", "The bank said 4711.", {}});
    answer = talk.answer("All is charged.");
}

} // namespace

void TestFindingsView::init()
{
    m_theme = std::make_unique<Theme>();
    Conversation talk;
    plant(talk, m_failed, m_answer, m_looked);
    open(talk.trace());
    QTRY_COMPARE(m_view->model().report().findings.size(), std::size_t {3});
}

void TestFindingsView::cleanup()
{
    m_tester.reset();
    m_view.reset();
    m_context.reset();
    m_theme.reset();
}

void TestFindingsView::open(const tracestore::TracePtr& trace)
{
    m_tester.reset();
    m_view.reset();
    m_context = std::make_unique<SessionContext>(trace, *m_theme);
    m_view = std::make_unique<FindingsView>(*m_context);
    m_tester = std::make_unique<QAbstractItemModelTester>(
        &m_view->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_view->resize(420, 600);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

/// The first finding of a rule; invalid where it is no row.
QModelIndex TestFindingsView::findingOf(const QString& rule) const
{
    const auto& findings = m_view->model().report().findings;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (findings[i].rule == rule.toStdString())
            return m_view->model().indexOf(static_cast<int>(i));
    }
    return {};
}

void TestFindingsView::findingsStandByRuleTheGravestFirst()
{
    const FindingsModel& model = m_view->model();
    QCOMPARE(model.rowCount(), 3);
    const QModelIndex first = model.index(0, FindingsModel::TitleColumn);
    QCOMPARE(first.data().toString(), u"Secrets"_s);
    QCOMPARE(first.data(FindingsModel::FindingRole).toInt(), -1);
    QCOMPARE(model.rowCount(first), 1);
    const QModelIndex secret = model.index(0, FindingsModel::SeverityColumn, first);
    QCOMPARE(secret.data().toString(), u"error"_s);
    QVERIFY(secret.siblingAtColumn(0).data(Qt::DecorationRole).isValid());
    QVERIFY(findingOf(u"loop"_s).isValid());
    QVERIFY(findingOf(u"ignored-tool-error"_s).isValid());
}

void TestFindingsView::theTitleCountsThem()
{
    QTRY_COMPARE(m_view->windowTitle(), u"Findings (3)"_s);
    QVERIFY(m_view->message().isEmpty());
}

void TestFindingsView::choosingLeadsToTheStep()
{
    QSignalSpy revealed(m_context.get(), &SessionContext::revealed);
    const auto says = [this](const QString& text) {
        const auto labels = m_view->findChildren<TickedLabel*>();
        return std::ranges::any_of(labels, [&](const TickedLabel* label) {
            return label->isVisible() && label->text().contains(text);
        });
    };
    QVERIFY(says(u"Choose a finding"_s));
    m_view->list().setCurrentIndex(findingOf(u"ignored-tool-error"_s));
    QVERIFY(!says(u"Choose a finding"_s));
    QCOMPARE(m_context->selected(), m_failed);
    QCOMPARE(revealed.count(), 1);
    QVERIFY(m_view->details().contains(u"The bank said 4711."_s));
    QVERIFY(m_view->details().contains(u"prompt"_s));
    m_view->list().setCurrentIndex(findingOf(u"loop"_s).parent());
    QCOMPARE(m_context->selected(), m_failed);
    QVERIFY(m_view->details().isEmpty());
    const QString about = findingOf(u"loop"_s).parent().data(FindingsModel::AboutRole).toString();
    QVERIFY(about.startsWith(u"Calls of tools that go round in circles"_s));
    const auto labels = m_view->findChildren<TickedLabel*>();
    QVERIFY(std::ranges::any_of(labels, [&](const TickedLabel* label) {
        return label->text() == about && label->isVisible();
    }));
}

void TestFindingsView::theStepsOfAFindingAreWalked()
{
    m_view->list().setCurrentIndex(findingOf(u"ignored-tool-error"_s));
    m_view->goToNextStep();
    QCOMPARE(m_context->selected(), m_answer);
    m_view->goToNextStep();
    QCOMPARE(m_context->selected(), m_answer);
    m_view->goToPreviousStep();
    QCOMPARE(m_context->selected(), m_failed);
}

void TestFindingsView::whatIsFilteredIsNotShown()
{
    m_view->list().setCurrentIndex(findingOf(u"secret"_s));
    const auto actions = m_view->actions();
    QVERIFY(actions.at(0)->toolTip().startsWith(u"Errors: 1"_s));
    QVERIFY(actions.at(1)->toolTip().startsWith(u"Warnings: 2"_s));
    actions.at(1)->setChecked(false);
    QCOMPARE(m_view->model().rowCount(), 1);
    QVERIFY(!findingOf(u"loop"_s).isValid());
    QVERIFY(!m_view->details().isEmpty());
    QCOMPARE(m_view->windowTitle(), u"Findings (3)"_s);
    actions.at(0)->setChecked(false);
    QVERIFY(m_view->message().contains(u"hidden"_s));
    QVERIFY(m_view->details().isEmpty());
    actions.at(0)->setChecked(true);
    actions.at(1)->setChecked(true);
    QCOMPARE(m_view->model().rowCount(), 3);
    QVERIFY(m_view->message().isEmpty());
}

void TestFindingsView::aFindingIsCopiedAsText()
{
    m_view->list().setCurrentIndex(findingOf(u"loop"_s));
    m_view->list().setFocus();
    QTest::keyClick(&m_view->list(), Qt::Key_C, Qt::ControlModifier);
    const QString text = QGuiApplication::clipboard()->text();
    QVERIFY2(text.startsWith(u"warning: `look` gave the same result again and again: 3 calls\n"_s),
             qPrintable(text));
    QVERIFY(text.contains(u"Step 1 of 3: look"_s));
    QVERIFY(text.contains(u"policies.loopGuard"_s));
}

void TestFindingsView::keysReachAll()
{
    m_view->list().setCurrentIndex(findingOf(u"loop"_s));
    QCOMPARE(m_context->selected(), m_looked);
    m_context->select(m_answer);
    QTest::keyClick(&m_view->list(), Qt::Key_Return);
    QCOMPARE(m_context->selected(), m_looked);
}

void TestFindingsView::anEmptyTraceSaysWhatWouldBeHere()
{
    auto builder = tests::builderWithSession();
    open(builder.finish(std::make_shared<tests::FixedPayloads>()));
    QTRY_VERIFY(m_view->message().contains(u"no calls of models or tools"_s));
    QCOMPARE(m_view->windowTitle(), u"Findings"_s);
    QVERIFY(m_view->chosenAsText().isEmpty());
    m_view->copy();
}

void TestFindingsView::aCleanTraceSaysSo()
{
    Conversation talk;
    talk.user("What is it?");
    talk.tool("find", R"({"q":"it"})", "That.");
    talk.answer("That.");
    open(talk.trace());
    QTRY_VERIFY2(m_view->message().contains(u"in 3 call"_s), qPrintable(m_view->message()));
}

void TestFindingsView::aTraceThatGrowsIsLookedAtAgain()
{
    Conversation small;
    SpanId failed;
    SpanId answer;
    SpanId looked;
    small.user("Charge the card.");
    small.tool("look", R"({"at":"card"})", "A card.");
    open(small.trace());
    QTRY_VERIFY(!m_view->message().isEmpty() && m_view->model().report().steps == 2);
    Conversation large;
    plant(large, failed, answer, looked);
    m_context->setTrace(large.trace());
    QTRY_COMPARE_WITH_TIMEOUT(m_view->windowTitle(), u"Findings (3)"_s, 20'000);
}

void TestFindingsView::textsOfStrangersStayTexts()
{
    Conversation talk;
    talk.user("Go.");
    const SpanId bad = talk.tool("<b>bold</b>\n\u202Eevil", "{}", "");
    talk.fail(bad, {"", "<img src='x'>\u202E", {}});
    talk.answer("Fine.");
    open(talk.trace());
    QTRY_COMPARE(m_view->model().report().findings.size(), std::size_t {1});
    const QModelIndex found = findingOf(u"ignored-tool-error"_s);
    const QString title = found.data().toString();
    QVERIFY(title.contains(u"<b>bold</b>"_s));
    QVERIFY(!title.contains(u'\u202E') && !title.contains(u'\n'));
    m_view->list().setCurrentIndex(found);
    QVERIFY(!m_view->details().contains(u'\u202E'));
    QVERIFY(m_view->details().contains(u"<img src='x'>"_s));
}

void TestFindingsView::ticksAreShownAsCode_data()
{
    QTest::addColumn<QString>("ticked");
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QStringList>("codes");
    QTest::newRow("none") << u"All is well."_s << u"All is well."_s << QStringList();
    QTest::newRow("two") << u"`a` and `b c`"_s << u"a and b c"_s << QStringList {u"a"_s, u"b c"_s};
    QTest::newRow("one tick") << u"It`s"_s << u"It`s"_s << QStringList();
    QTest::newRow("three ticks") << u"`a` it`s"_s << u"a it`s"_s << QStringList {u"a"_s};
    QTest::newRow("nothing in them") << u"a `` b"_s << u"a  b"_s << QStringList();
}

void TestFindingsView::ticksAreShownAsCode()
{
    QFETCH(QString, ticked);
    QFETCH(QString, shown);
    QFETCH(QStringList, codes);
    const TickedText text = TickedText::of(ticked, m_theme->codeFont());
    QCOMPARE(text.text, shown);
    QStringList found;
    for (const auto& range : text.codes) {
        found << text.text.mid(range.start, range.length);
        QCOMPARE(range.format.font().family(), m_theme->codeFont().family());
    }
    QCOMPARE(found, codes);
    m_view->list().setCurrentIndex(findingOf(u"loop"_s));
    QVERIFY(!m_view->details().contains(u'`'));
}

void TestFindingsView::aLongTitleIsShownWhole()
{
    const QModelIndex loop = findingOf(u"loop"_s);
    const auto rowHeight = [&] { return m_view->list().visualRect(loop).height(); };
    constexpr int kTwoLines = 2 * 14;
    m_view->resize(900, 600);
    QTRY_VERIFY(rowHeight() < kTwoLines);
    m_view->resize(220, 600);
    QTRY_VERIFY(rowHeight() > kTwoLines);
    QCOMPARE(m_view->list().visualRect(loop.parent()).height(), metrics::kRowHeight);
}

void TestFindingsView::stepsAreMarked()
{
    const FindingMarks& marks = m_context->findings();
    QTRY_VERIFY(marks.at(m_failed) != nullptr);
    QCOMPARE(marks.at(m_failed)->role, ColorRole::Warning);
    QCOMPARE(marks.cardText(m_failed),
             u"warning: charge failed, and the answer does not mention it"_s);
    QVERIFY(marks.at(m_looked) != nullptr);
    QVERIFY(marks.at(Conversation::callOf(m_looked)) == nullptr);
    QVERIFY(marks.at(SpanId()) == nullptr);
    QVERIFY(marks.cardText(Conversation::callOf(m_looked)).isEmpty());
}

void TestFindingsView::aRecordedConfigurationIsLookedAt()
{
    tracestore::TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    builder.addSession({.key = "a", .producerName = "kymo"});
    const SpanId run = builder.addSpan(
        {.session = tracestore::SessionId(0), .kind = tracestore::SpanKind::Agent, .name = "bold"});
    const std::string agent
        = R"({"name":"bold","providers":[{"name":"p","kind":"anthropic"}],)"
          R"("model":{"provider":"p","model":"m"},"policies":{"loopGuard":{"on":false}}})";
    open(builder.finish(std::make_shared<tests::FixedPayloads>(
        tracestore::SpanDetail {.attributes = {{"configuration", agent}}})));
    QTRY_VERIFY(findingOf(u"no-loop-guard"_s).isValid());
    const QModelIndex found = findingOf(u"no-loop-guard"_s);
    QCOMPARE(found.parent().data().toString(), u"No guard against loops"_s);
    m_view->list().setCurrentIndex(found);
    QCOMPARE(m_context->selected(), run);
    QVERIFY2(m_view->chosenAsText().contains(u"in its configuration: policies.loopGuard"_s),
             qPrintable(m_view->chosenAsText()));
}

void TestFindingsView::manyFindingsAreQuick()
{
    tracestore::FindingReport report;
    for (std::uint32_t i = 0; i < 1800; ++i)
        report.findings.push_back({.rule = i % 3 == 0 ? "loop" : "secret",
                                   .severity = Severity::Warning,
                                   .steps = {m_failed},
                                   .title = "A title",
                                   .explanation = "Words.",
                                   .wayOut = "More."});
    m_view->model().setReport(report);
    QCOMPARE(m_view->model().rowCount(), 2);
    QCOMPARE(m_view->model().rowCount(m_view->model().index(0, 0)), 600);
    QCOMPARE(m_view->model().indexOf(1799).row(), 1199);
}

QTEST_MAIN(TestFindingsView)
#include "tst_findings_view.moc"
