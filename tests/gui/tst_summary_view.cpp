#include "gui/context/session_context.h"
#include "gui/summary/summary_delegate.h"
#include "gui/summary/summary_groups.h"
#include "gui/summary/summary_model.h"
#include "gui/summary/summary_strip.h"
#include "gui/summary/summary_view.h"
#include "gui/theme/theme.h"
#include "tests/support/sessions_trace.h"
#include "tests/support/trace_maker.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

class TestSummaryView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void bucketsAreInOrderAndKnown();
    void unknownIsNotZero();
    void columnsOfNothingKnownAreLeftOut();
    void largestStandsFirst();
    void sortsUnknownLast();
    void tabsChangeTheGrouping();
    void oneSessionIsNoGrouping();
    void stripSaysTheTotals();
    void stripSaysWhatIsUnknown();
    void figuresLeadToTheirSteps_data();
    void figuresLeadToTheirSteps();
    void percentileLeadsToTheStepThatTookIt();
    void nextAndPreviousGoAround();
    void figureWithoutStepsSaysNone();
    void enterChoosesTheFigure();
    void emptyTraceSaysSo();
    void modelKeepsItsPromises();
    void stripFoldsWhenNarrow();

private:
    void show(TracePtr trace);

    SummaryModel& model() const { return m_view->model(); }

    QString cell(int row, SummaryField field) const
    {
        return model().index(row, model().columnOf(field)).data().toString();
    }

    void choose(int row, SummaryField field)
    {
        m_view->choose(model().index(row, model().columnOf(field)));
    }

    void group(Grouping grouping)
    {
        m_view->setGrouping(grouping);
        QTRY_COMPARE(model().grouping(), grouping);
    }

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<SummaryView> m_view;
};

void TestSummaryView::show(TracePtr trace)
{
    m_view.reset();
    m_context = std::make_unique<SessionContext>(std::move(trace), *m_theme);
    m_view = std::make_unique<SummaryView>(*m_context);
    m_view->resize(1000, 500);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    QTRY_VERIFY(!m_view->strip().tiles().empty());
}

void TestSummaryView::init()
{
    m_theme = std::make_unique<Theme>();
    show(tests::makeAgentTrace(20));
}

void TestSummaryView::cleanup()
{
    m_view.reset();
    m_context.reset();
    m_theme.reset();
}

void TestSummaryView::bucketsAreInOrderAndKnown()
{
    const TokenUsage usage {.input = 5, .cacheRead = 7, .cacheWrite = 0, .output = 3};
    QCOMPARE(bucketsOf(usage),
             (std::vector<BucketCount> {
                 {TokenBucket::CacheRead, 7}, {TokenBucket::Input, 5}, {TokenBucket::Output, 3}}));
    QVERIFY(bucketsOf({}).empty());
}

void TestSummaryView::unknownIsNotZero()
{
    SpanGroup group;
    QVERIFY(!figureOf(group, SummaryField::Tokens).has_value());
    QVERIFY(!figureOf(group, SummaryField::Cost).has_value());
    QVERIFY(!figureOf(group, SummaryField::P99).has_value());
    QCOMPARE(figureText(group, SummaryField::Tokens), QString());
    QCOMPARE(figureText(group, SummaryField::Cost), QString());
    QCOMPARE(figureText(group, SummaryField::Errors), u"0"_s);
    QCOMPARE(groupName(group, Grouping::Model), u"model not recorded"_s);
    QCOMPARE(groupName(group, Grouping::Agent), u"no agent named"_s);
}

void TestSummaryView::columnsOfNothingKnownAreLeftOut()
{
    QCOMPARE(model().grouping(), Grouping::Model);
    QVERIFY(model().columnOf(SummaryField::Cost) > 0);
    QCOMPARE(model().columnOf(SummaryField::ToolCalls), -1);
    QCOMPARE(model().columnOf(SummaryField::CacheWrite), -1);
    group(Grouping::Tool);
    QCOMPARE(model().columnOf(SummaryField::Tokens), -1);
    QCOMPARE(model().columnOf(SummaryField::ModelCalls), -1);
    QVERIFY(model().columnOf(SummaryField::P90) > 0);
}

void TestSummaryView::largestStandsFirst()
{
    group(Grouping::Kind);
    QCOMPARE(cell(0, SummaryField::Name), u"Model call"_s);
    QCOMPARE(cell(0, SummaryField::Tokens), u"23,000"_s);
    const QModelIndex tokens = model().index(0, model().columnOf(SummaryField::Tokens));
    QCOMPARE(tokens.data(SummaryModel::ShareRole).toDouble(), 1.0);
    QVERIFY(!tokens.siblingAtRow(1).data(SummaryModel::ShareRole).isValid());
    group(Grouping::Tool);
    QCOMPARE(model().rowCount(), 2);
    QCOMPARE(cell(0, SummaryField::ToolCalls), u"20"_s);
}

void TestSummaryView::sortsUnknownLast()
{
    group(Grouping::Kind);
    const int tokens = model().columnOf(SummaryField::Tokens);
    model().sort(tokens, Qt::AscendingOrder);
    QCOMPARE(cell(0, SummaryField::Name), u"Model call"_s);
    QCOMPARE(cell(model().rowCount() - 1, SummaryField::Tokens), QString());
    model().sort(model().columnOf(SummaryField::Name), Qt::AscendingOrder);
    QCOMPARE(cell(0, SummaryField::Name), u"Agent"_s);
    QCOMPARE(cell(model().rowCount() - 1, SummaryField::Name), u"Turn"_s);
}

void TestSummaryView::tabsChangeTheGrouping()
{
    auto* tabs = m_view->findChild<QTabBar*>(u"summaryTabs"_s);
    for (int tab = 0; tab < tabs->count(); ++tab) {
        tabs->setCurrentIndex(tab);
        QTRY_COMPARE(static_cast<int>(model().grouping()), tabs->tabData(tab).toInt());
        QVERIFY(model().rowCount() > 0);
    }
}

void TestSummaryView::oneSessionIsNoGrouping()
{
    auto* tabs = m_view->findChild<QTabBar*>(u"summaryTabs"_s);
    QCOMPARE(tabs->count(), 4);
    show(tests::makeSessionsTrace(9));
    tabs = m_view->findChild<QTabBar*>(u"summaryTabs"_s);
    QCOMPARE(tabs->count(), 5);
    group(Grouping::Session);
    QCOMPARE(model().rowCount(), 8); // one has no steps
}

void TestSummaryView::stripSaysTheTotals()
{
    QStringList values;
    for (const SummaryTile& tile : m_view->strip().tiles())
        values << tile.label + u'=' + tile.value;
    QVERIFY(values.contains(u"Steps=81"_s));
    QVERIFY(values.contains(u"Model calls=20"_s));
    QVERIFY(values.contains(u"Tool calls=40"_s));
    QVERIFY(values.contains(u"Tokens=23,000"_s));
    QVERIFY(values.contains(u"Cost=$0.0200"_s));
    QVERIFY(values.contains(u"Model latency, p50=1.00 s"_s));
    QVERIFY(m_view->strip().accessibleDescription().contains(u"23,000"_s));
}

void TestSummaryView::stripSaysWhatIsUnknown()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan({.session = SessionId(0), .kind = SpanKind::Llm, .name = "chat"});
    show(builder.finish(std::make_shared<tests::FixedPayloads>()));
    QStringList unknown;
    for (const SummaryTile& tile : m_view->strip().tiles()) {
        if (tile.isUnknown)
            unknown << tile.label + u'=' + tile.value;
    }
    QCOMPARE(unknown,
             (QStringList {u"Model latency, p50=not recorded"_s,
                           u"Cost=not known"_s,
                           u"Tokens=not recorded"_s}));
}

void TestSummaryView::figuresLeadToTheirSteps_data()
{
    QTest::addColumn<int>("grouping");
    QTest::addColumn<int>("field");
    QTest::addColumn<std::size_t>("steps");
    const auto row
        = [](const char* name, Grouping grouping, SummaryField field, std::size_t steps) {
              QTest::newRow(name) << static_cast<int>(grouping) << static_cast<int>(field) << steps;
          };
    row("calls of a model", Grouping::Model, SummaryField::ModelCalls, 20);
    row("tokens of a model", Grouping::Model, SummaryField::Tokens, 20);
    row("cost of a model", Grouping::Model, SummaryField::Cost, 20);
    row("latency of a model", Grouping::Model, SummaryField::Latency, 20);
    row("calls of a tool", Grouping::Tool, SummaryField::ToolCalls, 20);
    row("all of an agent", Grouping::Agent, SummaryField::Name, 81);
    row("tools of an agent", Grouping::Agent, SummaryField::ToolCalls, 40);
}

void TestSummaryView::figuresLeadToTheirSteps()
{
    QFETCH(int, grouping);
    QFETCH(int, field);
    QFETCH(std::size_t, steps);
    group(static_cast<Grouping>(grouping));
    choose(0, static_cast<SummaryField>(field));
    QCOMPARE(m_view->steps().size(), steps);
    QCOMPARE(m_context->selected(), m_view->steps().front());
    QVERIFY(m_view->stepText().startsWith(u"1 of %1"_s.arg(steps)));
    // Errors of all groups together are all errors.
    std::size_t errors = 0;
    for (int row = 0; row < model().rowCount(); ++row) {
        choose(row, SummaryField::Errors);
        errors += m_view->steps().size();
        for (const SpanId span : m_view->steps())
            QCOMPARE(m_context->trace()->status(span), SpanStatus::Error);
    }
    QCOMPARE(errors,
             model().grouping() == Grouping::Model ? std::size_t {0} : m_context->errors().size());
}

void TestSummaryView::percentileLeadsToTheStepThatTookIt()
{
    TraceBuilder builder = tests::builderWithSession();
    std::vector<SpanId> spans;
    for (std::int64_t i = 1; i <= 100; ++i) {
        SpanRecord record {.session = SessionId(0), .kind = SpanKind::Llm, .name = "chat"};
        record.start = Timestamp {0};
        record.end = Timestamp {i * 1'000'000};
        spans.push_back(builder.addSpan(record));
    }
    show(builder.finish(std::make_shared<tests::FixedPayloads>()));
    choose(0, SummaryField::P90);
    QCOMPARE(m_context->selected(), spans[89]);
    choose(0, SummaryField::P50);
    QCOMPARE(m_context->selected(), spans[49]);
    choose(0, SummaryField::Latency);
    QCOMPARE(m_context->selected(), spans[99]);
}

void TestSummaryView::nextAndPreviousGoAround()
{
    group(Grouping::Agent);
    choose(0, SummaryField::Errors);
    const auto steps = m_view->steps();
    QVERIFY(steps.size() > 2);
    const QList<QAction*> actions = m_view->stepActions();
    actions[1]->trigger();
    QCOMPARE(m_context->selected(), steps[1]);
    QVERIFY(m_view->stepText().startsWith(u"2 of "_s));
    actions[0]->trigger();
    actions[0]->trigger();
    QCOMPARE(m_context->selected(), steps.back());
    actions[1]->trigger();
    QCOMPARE(m_context->selected(), steps.front());
}

void TestSummaryView::figureWithoutStepsSaysNone()
{
    m_context->select(SpanId(3));
    choose(0, SummaryField::Errors);
    QVERIFY(m_view->steps().empty());
    QVERIFY(m_view->stepText().endsWith(u"none"_s));
    QCOMPARE(m_context->selected(), SpanId(3));
    QVERIFY(!m_view->stepActions()[1]->isEnabled());
}

void TestSummaryView::enterChoosesTheFigure()
{
    m_view->table().setFocus();
    m_view->table().setCurrentIndex(model().index(0, model().columnOf(SummaryField::ModelCalls)));
    QTest::keyClick(&m_view->table(), Qt::Key_Return);
    QCOMPARE(m_view->steps().size(), std::size_t {20});
    QTest::keySequence(&m_view->table(), QKeySequence::Copy);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"model-1\t20\t"_s));
}

void TestSummaryView::emptyTraceSaysSo()
{
    show(tests::builderWithSession().finish(std::make_shared<tests::FixedPayloads>()));
    auto* notice = m_view->findChild<QLabel*>(u"summaryNotice"_s);
    QVERIFY(notice->isVisible());
    QCOMPARE(notice->text(), u"This trace has no model calls."_s);
    group(Grouping::Tool);
    QCOMPARE(notice->text(), u"This trace has no tool calls."_s);
}

void TestSummaryView::modelKeepsItsPromises()
{
    const QAbstractItemModelTester tester(&model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (const Grouping grouping : {Grouping::Kind, Grouping::Agent, Grouping::Tool}) {
        group(grouping);
        for (int column = 0; column < model().columnCount(); ++column)
            model().sort(column, Qt::AscendingOrder);
    }
    model().setTable(nullptr);
    QCOMPARE(model().rowCount(), 0);
    QCOMPARE(model().columnCount(), 0);
}

void TestSummaryView::stripFoldsWhenNarrow()
{
    QVERIFY(m_view->strip().heightForWidth(400) > m_view->strip().heightForWidth(1200));
}

QTEST_MAIN(TestSummaryView)
#include "tst_summary_view.moc"
