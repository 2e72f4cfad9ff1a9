// Orders, status and events as they travel to another program.
#include "engine/runtime/attach/attach_sockets.h"
#include "engine/runtime/attach/debug_json.h"
#include "engine/runtime/attach/event_lines.h"
#include "engine/runtime/attach/json_lines.h"
#include "tests/support/same_event.h"

#include <nlohmann/json.hpp>

#include <QBuffer>
#include <QTest>

using namespace engine;
using nlohmann::json;
using tracestore::Message;
using tracestore::MessageChain;
using tracestore::RunEvent;

namespace {

Breakpoint fullBreakpoint()
{
    Breakpoint breakpoint;
    breakpoint.id = 7;
    breakpoint.kind = StopKind::AfterTool;
    breakpoint.scope = {"support", "refund", "", "s"};
    breakpoint.condition = "result.status = \"ok\"";
    breakpoint.hits = {HitRule::Kind::Every, 3};
    breakpoint.isEnabled = false;
    breakpoint.isOneShot = true;
    breakpoint.group = "money";
    breakpoint.actions = {PauseAction {true}, LogAction {"x {tool}"}, EditAction {"result", "1"}};
    breakpoint.note = "why";
    return breakpoint;
}

/// Every order, every member of which is another than that of a new one.
std::vector<DebugOrder> allOrders()
{
    DebugSetup setup;
    setup.breakpoints = {fullBreakpoint()};
    setup.watches = {{3, "args.amount", "support"}};
    FaultRule fault;
    fault.id = 4;
    fault.kind = FaultKind::Slow;
    fault.scope.tool = "orders";
    fault.count = 2;
    fault.probability = 0.25;
    fault.seed = 9;
    fault.delay = {5};
    setup.faults = {fault};
    return {ContinueRun {"a:1.1", true},
            PauseRun {},
            StepRun {StepMode::Turn, "a:1.2", true},
            RunTo {fullBreakpoint()},
            SetDebugSetup {setup},
            SetTestMode {true, {"calculator", "orders"}},
            EditRequest {"a:1.1", "args.amount", "10"},
            EditOutcome {"a:1.1", "result", "\"no\""},
            EditState {"a", "plan[1]", "{}"},
            UndoEdit {"a:1.1"},
            AnswerStep {"a:1.1", {OutcomeStatus::Error, "It failed.", "timeout"}},
            CancelStep {"a:1.1"},
            InspectStep {"a:1.1"},
            EvaluateExpression {18'446'744'073'709'551'615U, "args.amount > 4", "a:1.1"},
            GoToMoment {tracestore::SpanId(7), "a:1.1", 3, true},
            GoToChange {2, "args.amount", false},
            GoToHit {"args.amount > 4", GoToHit::Which::Last},
            PlayRun {PlayRun::Pace::Instant, 2.5}};
}

DebugStatus fullDebugStatus()
{
    DebugStatus debug;
    debug.state = DebugState::Paused;
    debug.stop = DebugStop {3,
                            DebugStop::Cause::RunTo,
                            StopKind::Loop,
                            "a:2.1",
                            "a",
                            {{1, 2, {{"args.amount", "890"}}, "cannot"}},
                            true,
                            "Paused before",
                            40,
                            {1'000}};
    debug.pending = {{"a:2.1",
                      "a",
                      EffectKind::Agent,
                      "helper",
                      PendingStep::Stage::HeldAfter,
                      true,
                      "reason",
                      "summary",
                      EffectClass::Outside,
                      {-5},
                      {{"args", "1", "2"}},
                      false}};
    debug.frames = {{"a", "agent", "team", 2, "root:1.1", "task", {"a:2.1"}, {"a:2.2"}}};
    debug.breakpoints = {{1, 2, "problem", true}};
    debug.faults = {{4, 3, 2, "problem"}};
    debug.watches = {{1, "2", "problem", "1", 39, "a:1.1", true}};
    debug.isTestMode = true;
    debug.allowedTools = {"calculator"};
    debug.travel = TravelPlace {.position = 3,
                                .count = 9,
                                .span = tracestore::SpanId(4),
                                .moment = TravelPlace::Moment::Between,
                                .isAtStart = true,
                                .isAtEnd = true,
                                .progress = 0.5,
                                .isPlaying = true,
                                .factor = 2.5,
                                .notes = {"note"}};
    return debug;
}

MessageChain conversation(std::initializer_list<const char*> texts)
{
    MessageChain chain;
    for (const char* text : texts) {
        Message message;
        message.role = tracestore::Role::User;
        message.parts.emplace_back(tracestore::TextPart {text});
        chain = chain.with(message);
    }
    return chain;
}

RunEvent modelCall(std::int64_t number, MessageChain input)
{
    tracestore::EffectWanted wanted;
    wanted.name = "m";
    wanted.input = std::move(input);
    return {number, {number * 10}, "a", "a:1.1.1", wanted};
}

} // namespace

class TestDebugJson : public QObject
{
    Q_OBJECT

private slots:
    void everyOrderComesBack();
    void wrongOrdersAreRefused_data();
    void wrongOrdersAreRefused();
    void aWholeStatusComesBack();
    void inspectionsValuesAndLinesComeBack();
    void eventsComeBack();
    void aConversationIsToldOnce();
    void brokenEventsAreRefused();
    void linesComeInPieces();
};

void TestDebugJson::everyOrderComesBack()
{
    const auto orders = allOrders();
    QCOMPARE(orders.size(), std::variant_size_v<DebugOrder>);
    for (std::size_t i = 0; i < orders.size(); ++i) {
        QCOMPARE(orders[i].index(), i); // each of them
        const json written = toJson(orders[i]);
        auto read = orderFromJson(json::parse(written.dump()));
        QVERIFY2(read.has_value(), written.dump().c_str());
        QCOMPARE(read->index(), i);
        QVERIFY2(toJson(*read) == written, written.dump().c_str());
    }
    auto setup = orderFromJson(toJson(orders[4]));
    QVERIFY(std::get<SetDebugSetup>(*setup).setup == std::get<SetDebugSetup>(orders[4]).setup);
    auto answer = orderFromJson(toJson(orders[10]));
    QVERIFY(std::get<AnswerStep>(*answer).answer == std::get<AnswerStep>(orders[10]).answer);
    QCOMPARE(std::get<EvaluateExpression>(*orderFromJson(toJson(orders[13]))).request,
             std::get<EvaluateExpression>(orders[13]).request);
}

void TestDebugJson::wrongOrdersAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("no object") << QByteArray("[]");
    QTest::newRow("nothing") << QByteArray("{}");
    QTest::newRow("unknown") << QByteArray(R"({"order":"dance"})");
    QTest::newRow("no word") << QByteArray(R"({"order":3})");
    QTest::newRow("wrong mode") << QByteArray(R"({"order":"step","mode":"sideways"})");
    QTest::newRow("wrong type") << QByteArray(R"({"order":"step","effect":{}})");
    QTest::newRow("no target") << QByteArray(R"({"order":"run_to"})");
    QTest::newRow("negative") << QByteArray(R"({"order":"evaluate","request":-1})");
    QTest::newRow("wrong list") << QByteArray(R"({"order":"set_debug_setup","breakpoints":3})");
    QTest::newRow("wrong breakpoint")
        << QByteArray(R"({"order":"set_debug_setup","breakpoints":[{"kind":"never"}]})");
    QTest::newRow("wrong tools") << QByteArray(R"({"order":"set_test_mode","allowed_tools":[1]})");
}

void TestDebugJson::wrongOrdersAreRefused()
{
    QFETCH(QByteArray, text);
    auto read = orderFromJson(json::parse(text.toStdString()));
    QVERIFY(!read.has_value());
    QVERIFY(!read.error().message.empty());
}

void TestDebugJson::aWholeStatusComesBack()
{
    RunStatus status;
    status.state = RunState::Waiting;
    status.agent = "support";
    status.input = "The kettle";
    status.isScripted = true;
    status.questions = {{"a:1.2", {"May it?", {"yes", "no"}, true, "{\"tool\":\"t\"}"}}};
    status.figures = {1, 2, 3, 4, 5, 6, {}, 0.25, tracestore::Duration {7}, {8}};
    status.figures.tokens.input = 9;
    status.figures.tokens.reasoning = 10;
    status.result = AgentResult {OutcomeStatus::Error, "answer", "reason"};
    status.waitsFor = "keys";
    status.problem = "problem";
    status.recordFile = QStringLiteral("x.kymo");
    status.debug = fullDebugStatus();
    const json written = toJson(status);
    const auto read = statusFromJson(json::parse(written.dump()));
    QVERIFY(read.has_value());
    QVERIFY(read->debug == status.debug);
    QVERIFY(toJson(*read) == written);
    QCOMPARE(read->state, status.state);
    QCOMPARE(read->questions.front().question.options.size(), std::size_t {2});
    QCOMPARE(read->figures.cost, status.figures.cost);
    QVERIFY(read->figures.tokens == status.figures.tokens);
    QCOMPARE(read->result->reason, status.result->reason);
    QCOMPARE(read->recordFile, status.recordFile);
    QVERIFY(!statusFromJson(json::parse(R"({"state":"asleep"})")).has_value());
    QVERIFY(!statusFromJson(json::parse(R"({"debug":{"pending":[3]}})")).has_value());
}

void TestDebugJson::inspectionsValuesAndLinesComeBack()
{
    const StepInspection step {"a:1.1",
                               "a",
                               EffectKind::User,
                               PendingStep::Stage::HeldBefore,
                               "request",
                               "before",
                               "wire",
                               "schema",
                               "outcome",
                               "was",
                               "state",
                               "state before",
                               "problem"};
    QVERIFY(*inspectionFromJson(toJson(step)) == step);
    const Evaluation value {3, "turn", "2", "problem"};
    QVERIFY(*evaluationFromJson(toJson(value)) == value);
    const DebugLine line {DebugLine::Kind::Note, "text", "a:1.1", true, true};
    QVERIFY(*lineFromJson(toJson(line)) == line);
}

void TestDebugJson::eventsComeBack()
{
    std::vector<RunEvent> events;
    events.push_back({1, {5}, "", "", tracestore::RunStarted {.name = "n", .input = "\xff bytes"}});
    events.push_back(modelCall(2, conversation({"one"})));
    events.push_back(modelCall(3, conversation({"one", "two"})));
    events.push_back({4, {6}, "a", "", tracestore::DecisionMade {"debugger", "hold", "r", "{}"}});
    EventWriting writing;
    EventReading reading;
    for (const RunEvent& event : events) {
        const auto read = reading.read(json::parse(writing.write(event).dump()));
        QVERIFY(read.has_value());
        QVERIFY(tests::isSame(**read, event));
    }
}

void TestDebugJson::aConversationIsToldOnce()
{
    EventWriting writing;
    EventReading reading;
    const MessageChain one = conversation({"one"});
    Message two;
    two.role = tracestore::Role::Assistant;
    const MessageChain both = one.with(two);
    MessageChain other = one.with(two).with(two);
    std::int64_t number = 0;
    for (const auto& [chain, told] : {std::pair {one, std::size_t {1}},
                                      std::pair {both, std::size_t {1}},
                                      std::pair {other, std::size_t {2}},
                                      std::pair {one, std::size_t {0}},
                                      std::pair {MessageChain(), std::size_t {0}},
                                      std::pair {both, std::size_t {1}}}) {
        const json line = writing.write(modelCall(++number, chain));
        QCOMPARE(line.contains("input") ? line["input"]["messages"].size() : 0, told);
        const auto read = reading.read(line);
        QVERIFY(read.has_value());
        const auto& wanted = std::get<tracestore::EffectWanted>((*read)->fact);
        QVERIFY(wanted.input.messages() == chain.messages());
    }
}

void TestDebugJson::brokenEventsAreRefused()
{
    EventWriting writing;
    const json first = writing.write(modelCall(1, conversation({"one"})));
    const auto isRefused = [](const json& line) { return !EventReading().read(line).has_value(); };
    json broken = first;
    QVERIFY(!isRefused(broken));
    broken["number"] = 2;
    QVERIFY(isRefused(broken)); // one is missing
    broken = first;
    broken["body"] = 3;
    QVERIFY(isRefused(broken));
    broken = first;
    broken["fact"] = "nonsense";
    QVERIFY(isRefused(broken));
    broken = first;
    broken["input"]["keep"] = 5;
    QVERIFY(isRefused(broken));
    broken["input"] = json::array();
    QVERIFY(isRefused(broken));
    QVERIFY(isRefused(json::array()));
}

void TestDebugJson::linesComeInPieces()
{
    JsonLines lines(20);
    QByteArray bytes = "{\"a\":1}\n{\"b\"";
    QBuffer first(&bytes);
    first.open(QIODevice::ReadOnly);
    lines.readFrom(first);
    QVERIFY((*lines.next())->contains("a"));
    QVERIFY(!lines.next()->has_value());
    QByteArray rest = ":2}\nnonsense\n{\"long\":\"0123456789012345678901234\"}";
    QBuffer second(&rest);
    second.open(QIODevice::ReadOnly);
    lines.readFrom(second);
    QVERIFY((*lines.next())->contains("b"));
    QVERIFY(!lines.next().has_value());
    QVERIFY(!lines.next().has_value()); // too long, whether it ends or not
}

QTEST_GUILESS_MAIN(TestDebugJson)
#include "tst_debug_json.moc"
