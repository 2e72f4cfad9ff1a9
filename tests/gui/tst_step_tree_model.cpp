#include "gui/context/session_context.h"
#include "gui/models/step_tree_model.h"
#include "gui/theme/theme.h"
#include "tests/support/trace_maker.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

class TestStepTreeModel : public QObject
{
    Q_OBJECT

private slots:
    void agentsAndTurnsAreOpenAtFirst();
    void insidesOfCallsAreClosedAtFirst();
    void foldingAndUnfoldingKeepTheOrder();
    void openingAllBelowOpensWhatWasClosed();
    void closingTheOthersLeavesTheWayToTheRow();
    void severalSessionsHaveRowsOfTheirOwn();
    void sessionCalledAsItsFirstStepSaysWhichItIs();
    void sumsLeaveOutWrappers();
    void unknownFiguresAreBlank();
    void unlikeCurrenciesMakeNoSum();
    void closedRowsCountTheErrorsBelow();
    void namesAreFoundFromTheRowOn();
    void modelIsNamedOnce();
    void textOfStrangersIsNoMarkup();
    void deepChainOpensInOneStep();
    void millionRowsChangeInOneStep();
};

namespace {

/// A text line a row: indent, name, and a mark for closed rows.
QStringList rows(const StepTreeModel& model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex index = model.index(row, 0);
        const QString indent(2 * index.data(StepTreeModel::DepthRole).toInt(), u' ');
        const bool isClosed = model.hasBelow(row) && !model.isOpen(row);
        lines << indent + index.data().toString() + (isClosed ? u" +"_s : QString());
    }
    return lines;
}

SpanRecord record(SpanKind kind, std::string_view name, SpanId parent = {})
{
    SpanRecord record;
    record.session = SessionId(0);
    record.kind = kind;
    record.name = name;
    record.parent = parent;
    return record;
}

/// agent > turn > (model call, tool > (request > answer))
TracePtr smallTrace()
{
    TraceBuilder builder = tests::builderWithSession();
    const SpanId agent = builder.addSpan(record(SpanKind::Agent, "agent"));
    const SpanId turn = builder.addSpan(record(SpanKind::Turn, "turn", agent));
    SpanRecord call = record(SpanKind::Llm, "chat", turn);
    call.requestedModel = "model-1";
    call.usage = TokenUsage {.input = 100, .output = 20};
    call.cost = Cost {0.5, "USD", CostSource::Computed};
    builder.addSpan(call);
    const SpanId tool = builder.addSpan(record(SpanKind::Tool, "search", turn));
    const SpanId request = builder.addSpan(record(SpanKind::Other, "request", tool));
    SpanRecord answer = record(SpanKind::Llm, "answer", request);
    answer.status = SpanStatus::Error;
    answer.error = SpanError {"timeout", "no answer", {}};
    answer.usage = TokenUsage {.input = 7};
    answer.cost = Cost {0.25, "USD", CostSource::Reported};
    builder.addSpan(answer);
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

TracePtr chain(std::size_t length, SpanKind kind)
{
    TraceBuilder builder = tests::builderWithSession();
    SpanId last;
    for (std::size_t i = 0; i < length; ++i)
        last = builder.addSpan(record(kind, "link", last));
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

int rowNamed(const StepTreeModel& model, const QString& name)
{
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.index(row, 0).data().toString() == name)
            return row;
    }
    return -1;
}

} // namespace

void TestStepTreeModel::agentsAndTurnsAreOpenAtFirst()
{
    Theme theme;
    SessionContext context(tests::makeAgentTrace(2), theme);
    StepTreeModel model(context);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(rows(model),
             QStringList({u"agent"_s,
                          u"  turn 1"_s,
                          u"    chat"_s,
                          u"    search"_s,
                          u"    read"_s,
                          u"  turn 2"_s,
                          u"    chat"_s,
                          u"    search"_s,
                          u"    read"_s}));
}

void TestStepTreeModel::insidesOfCallsAreClosedAtFirst()
{
    Theme theme;
    SessionContext context(smallTrace(), theme);
    const StepTreeModel model(context);
    QCOMPARE(rows(model), QStringList({u"agent"_s, u"  turn"_s, u"    chat"_s, u"    search +"_s}));
}

void TestStepTreeModel::foldingAndUnfoldingKeepTheOrder()
{
    Theme theme;
    SessionContext context(tests::makeAgentTrace(20), theme);
    StepTreeModel model(context);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QStringList before = rows(model);
    const int turn = rowNamed(model, u"turn 7"_s);
    model.setOpen(turn, false);
    QCOMPARE(rows(model).size(), before.size() - 3);
    QCOMPARE(rows(model)[turn], u"  turn 7 +"_s);
    QCOMPARE(rows(model)[turn + 1], u"  turn 8"_s);
    model.setOpen(0, false);
    QCOMPARE(rows(model), QStringList {u"agent +"_s});
    model.setOpen(0, true);
    QCOMPARE(rows(model)[turn], u"  turn 7 +"_s); // what was closed inside stays closed
    model.setOpen(turn, true);
    QCOMPARE(rows(model), before);
}

void TestStepTreeModel::openingAllBelowOpensWhatWasClosed()
{
    Theme theme;
    SessionContext context(smallTrace(), theme);
    StepTreeModel model(context);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.openAllBelow(1);
    QCOMPARE(rows(model),
             QStringList({u"agent"_s,
                          u"  turn"_s,
                          u"    chat"_s,
                          u"    search"_s,
                          u"      request"_s,
                          u"        answer"_s}));
    QCOMPARE(model.rowOf(SpanId(5)), 5);
}

void TestStepTreeModel::closingTheOthersLeavesTheWayToTheRow()
{
    Theme theme;
    SessionContext context(tests::makeAgentTrace(3), theme);
    StepTreeModel model(context);
    model.closeOthers(rowNamed(model, u"turn 2"_s));
    QCOMPARE(rows(model),
             QStringList({u"agent"_s,
                          u"  turn 1 +"_s,
                          u"  turn 2"_s,
                          u"    chat"_s,
                          u"    search"_s,
                          u"    read"_s,
                          u"  turn 3 +"_s}));
}

void TestStepTreeModel::severalSessionsHaveRowsOfTheirOwn()
{
    TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    builder.addSession({.key = "one", .title = "First"});
    builder.addSession({.key = "two"});
    builder.addSession({.key = "three"});
    for (const std::size_t session : {0U, 2U, 0U}) {
        SpanRecord turn = record(SpanKind::Turn, "turn");
        turn.session = SessionId(session);
        SpanRecord call = record(SpanKind::Llm, "chat", builder.addSpan(turn));
        call.session = SessionId(session);
        builder.addSpan(call);
    }
    Theme theme;
    SessionContext context(builder.finish(std::make_shared<tests::FixedPayloads>()), theme);
    StepTreeModel model(context);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(rows(model),
             QStringList({u"First"_s,
                          u"  turn"_s,
                          u"    chat"_s,
                          u"  turn"_s,
                          u"    chat"_s,
                          u"two"_s,
                          u"three"_s,
                          u"  turn"_s,
                          u"    chat"_s}));
    for (std::size_t i = 0; i < context.trace()->spanCount(); ++i)
        QCOMPARE(model.spanAt(model.rowOf(SpanId(i))), SpanId(i));
    QVERIFY(!model.spanAt(0).isValid());
    QCOMPARE(model.parentRow(7), 6);
    QCOMPARE(model.parentRow(6), -1);
}

void TestStepTreeModel::sessionCalledAsItsFirstStepSaysWhichItIs()
{
    TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    builder.addSession({.key = "run-7", .title = "support"});
    builder.addSession({.key = "support", .title = "support"});
    builder.addSession({.key = "run-9", .title = "refunds"});
    for (const std::size_t session : {0U, 1U, 2U}) {
        SpanRecord agent = record(SpanKind::Agent, "support");
        agent.session = SessionId(session);
        builder.addSpan(agent);
    }
    Theme theme;
    SessionContext context(builder.finish(std::make_shared<tests::FixedPayloads>()), theme);
    const StepTreeModel model(context);
    QCOMPARE(rows(model),
             QStringList({u"support · run-7"_s,
                          u"  support"_s,
                          u"support"_s,
                          u"  support"_s,
                          u"refunds"_s,
                          u"  support"_s}));
}

void TestStepTreeModel::sumsLeaveOutWrappers()
{
    TraceBuilder builder = tests::builderWithSession();
    const SpanId agent = builder.addSpan(record(SpanKind::Agent, "agent"));
    SpanRecord wrapper = record(SpanKind::Turn, "turn", agent);
    wrapper.usage = TokenUsage {.input = 30};
    wrapper.countsInTotals = false;
    const SpanId turn = builder.addSpan(wrapper);
    for (int i = 0; i < 3; ++i) {
        SpanRecord call = record(SpanKind::Llm, "chat", turn);
        call.usage = TokenUsage {.input = 10, .cacheRead = 5, .output = 1};
        call.cost = Cost {0.5, "USD", i == 0 ? CostSource::Reported : CostSource::Computed};
        builder.addSpan(call);
    }
    Theme theme;
    SessionContext context(builder.finish(std::make_shared<tests::FixedPayloads>()), theme);
    const StepTreeModel model(context);
    for (const int row : {0, 1}) {
        QCOMPARE(model.index(row, StepTreeModel::TokensColumn).data().toString(), u"48"_s);
        QCOMPARE(model.index(row, StepTreeModel::CostColumn).data().toString(), u"$1.50"_s);
        const QString card = model.index(row, 0).data(StepTreeModel::ToolTipTextRole).toString();
        QVERIFY2(card.contains(u"partly recorded"_s), qPrintable(card));
    }
    QCOMPARE(model.index(2, StepTreeModel::TokensColumn).data().toString(), u"16"_s);
}

void TestStepTreeModel::unknownFiguresAreBlank()
{
    TraceBuilder builder = tests::builderWithSession();
    const SpanId agent = builder.addSpan(record(SpanKind::Agent, "agent"));
    builder.addSpan(record(SpanKind::Llm, "chat", agent));
    Theme theme;
    SessionContext context(builder.finish(std::make_shared<tests::FixedPayloads>()), theme);
    const StepTreeModel model(context);
    QCOMPARE(model.rowCount(), 2);
    for (int row = 0; row < 2; ++row) {
        for (int column = StepTreeModel::DurationColumn; column < StepTreeModel::ColumnCount;
             ++column)
            QCOMPARE(model.index(row, column).data().toString(), QString());
    }
}

void TestStepTreeModel::unlikeCurrenciesMakeNoSum()
{
    TraceBuilder builder = tests::builderWithSession();
    const SpanId agent = builder.addSpan(record(SpanKind::Agent, "agent"));
    for (const char* currency : {"USD", "EUR"}) {
        SpanRecord call = record(SpanKind::Llm, "chat", agent);
        call.cost = Cost {1, currency, CostSource::Reported};
        builder.addSpan(call);
    }
    Theme theme;
    SessionContext context(builder.finish(std::make_shared<tests::FixedPayloads>()), theme);
    const StepTreeModel model(context);
    QCOMPARE(model.index(0, StepTreeModel::CostColumn).data().toString(), QString());
    QCOMPARE(model.index(2, StepTreeModel::CostColumn).data().toString(), u"EUR 1.00"_s);
}

void TestStepTreeModel::closedRowsCountTheErrorsBelow()
{
    Theme theme;
    SessionContext context(smallTrace(), theme);
    StepTreeModel model(context);
    const int tool = rowNamed(model, u"search"_s);
    QCOMPARE(model.index(tool, 0).data(StepTreeModel::ErrorsBelowRole).toInt(), 1);
    model.openAllBelow(tool);
    QCOMPARE(model.index(tool, 0).data(StepTreeModel::ErrorsBelowRole).toInt(), 0);
    QCOMPARE(
        model.index(rowNamed(model, u"answer"_s), 0).data(StepTreeModel::StatusRole).toString(),
        u"error: timeout: no answer"_s);
}

void TestStepTreeModel::namesAreFoundFromTheRowOn()
{
    Theme theme;
    SessionContext context(tests::makeAgentTrace(3), theme);
    const StepTreeModel model(context);
    const int first = model.findName(u"SEA"_s, 0);
    QCOMPARE(model.index(first, 0).data().toString(), u"search"_s);
    const int second = model.findName(u"sea"_s, first);
    QVERIFY(second > first);
    QCOMPARE(model.findName(u"arch"_s, second), model.findName(u"search"_s, second));
    QCOMPARE(model.findName(u"turn 1"_s, model.rowCount() - 1), 1); // around the end
    QCOMPARE(model.findName(u"nothing"_s, 0), -1);
}

void TestStepTreeModel::modelIsNamedOnce()
{
    TraceBuilder builder = tests::builderWithSession();
    for (const char* name : {"plan", "chat model-1"}) {
        SpanRecord call = record(SpanKind::Llm, name);
        call.requestedModel = "model-1";
        builder.addSpan(call);
    }
    Theme theme;
    SessionContext context(builder.finish(std::make_shared<tests::FixedPayloads>()), theme);
    const StepTreeModel model(context);
    QCOMPARE(model.index(0, 0).data(StepTreeModel::ModelNameRole).toString(), u"model-1"_s);
    QCOMPARE(model.index(1, 0).data(StepTreeModel::ModelNameRole).toString(), QString());
}

void TestStepTreeModel::textOfStrangersIsNoMarkup()
{
    TraceBuilder builder = tests::builderWithSession();
    builder.addSpan(record(SpanKind::Tool, "<img src='file:x'>\n\u202Etxt"));
    Theme theme;
    SessionContext context(builder.finish(std::make_shared<tests::FixedPayloads>()), theme);
    const StepTreeModel model(context);
    QVERIFY(!model.index(0, 0).data(Qt::ToolTipRole).toString().contains(u"<img"_s));
    const QString name = model.index(0, 0).data().toString();
    QVERIFY(!name.contains(u'\n') && !name.contains(QChar(u'\u202E')));
}

void TestStepTreeModel::deepChainOpensInOneStep()
{
    constexpr int kLength = 100'000;
    Theme theme;
    SessionContext context(chain(kLength, SpanKind::Tool), theme);
    StepTreeModel model(context);
    QCOMPARE(model.rowCount(), 1);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    model.show(SpanId(kLength - 1));
    QCOMPARE(model.rowCount(), kLength);
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(model.rowOf(SpanId(kLength - 1)), kLength - 1);
    model.setOpen(0, false);
    QCOMPARE(model.rowCount(), 1);
}

void TestStepTreeModel::millionRowsChangeInOneStep()
{
    constexpr std::size_t kTurns = 250'000;
    Theme theme;
    SessionContext context(tests::makeAgentTrace(kTurns), theme);
    StepTreeModel model(context);
    QCOMPARE(model.rowCount(), int(1 + 4 * kTurns));
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.closeAll();
    QCOMPARE(model.rowCount(), 1);
    model.openAll();
    QCOMPARE(model.rowCount(), int(1 + 4 * kTurns));
    QCOMPARE(reset.count(), 2);
    model.setOpen(1, false);
    model.setOpen(1, true);
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(removed.count(), 1);
    QCOMPARE(inserted.first().at(2).toInt() - inserted.first().at(1).toInt(), 2);
    // The sums of all are those of the trace.
    QCOMPARE(model.index(0, StepTreeModel::TokensColumn).data().toString(), u"287,500,000"_s);
}

QTEST_MAIN(TestStepTreeModel)
#include "tst_step_tree_model.moc"
