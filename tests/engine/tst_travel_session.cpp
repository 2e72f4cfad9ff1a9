#include "engine/agent/state_hash.h"
#include "engine/breakpoint/breakpoint_json.h"
#include "engine/travel/travel_session.h"
#include "tests/engine/debug_run.h"
#include "tests/engine/travel_drive.h"
#include "tests/support/opened.h"
#include "tests/support/stop_points.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/query/told_states.h"
#include "tracestore/recording/open_recording.h"

#include <nlohmann/json.hpp>

using namespace engine;
using tests::contentOf;
using tests::TravelDrive;
using tracestore::SpanId;
using tracestore::TracePtr;

namespace {

/// What a debugger does on its way through a run: where it stops, and what logpoints say.
struct Way
{
    std::vector<std::string> stops;
    std::vector<std::string> lines;
    std::vector<BreakpointTally> tallies;
};

std::string textOf(const DebugStop& stop)
{
    return std::string(infoOf(stop.kind).word) + ' ' + stop.effect.substr(0, stop.effect.rfind('.'))
        + ' ' + tests::hitText(stop.hits);
}

/// An example of the program, run under its debugger and recorded.
class ExampleRun
{
public:
    ExampleRun(const std::string& folderName,
               const std::string& name,
               const DebugSetup& setup = {},
               std::optional<StepMode> stepsBy = {})
        : m_stepsBy(stepsBy)
    {
        // They share files: all of them are copied.
        std::filesystem::copy(tests::examplesDir() / "agents",
                              m_folder.file("agents"),
                              std::filesystem::copy_options::recursive);
        const auto folder = m_folder.file("agents") / folderName;
        auto config = readAgentConfig(folder / (name + ".agent.json"));
        if (!config)
            qFatal("%s", config.error().message.c_str());
        m_run = std::make_unique<RunSession>(
            1, std::move(*config), RunWorld {m_clock, m_random, nullptr, [](const std::string&) {
                                                 return std::optional<std::string>();
                                             }});
        QObject::connect(m_run.get(), &RunSession::debugLogged, [this](const DebugLine& line) {
            if (line.kind == DebugLine::Kind::Log)
                way.lines.push_back(line.text);
        });
        m_run->recordTo(file());
        m_run->add(events);
        m_run->setDebug({.setup = setup, .stopsAtEntry = stepsBy.has_value()});
        m_run->start(contentOf(folder / (name + ".input.txt")));
        const bool isOver = QTest::qWaitFor([this] { return goOn(); }, 60'000);
        if (!isOver)
            qWarning("the run has not ended in time");
        bool isClosed = false;
        m_run->close([&](const auto&) { isClosed = true; });
        if (!QTest::qWaitFor([&] { return isClosed; }, 10'000))
            qWarning("the recording was not closed in time");
    }

    [[nodiscard]] std::filesystem::path file() const { return m_folder.file("run.kymo"); }

    [[nodiscard]] TracePtr trace() const
    {
        tracestore::Job job;
        auto opened = tracestore::openRecording(file(), job);
        if (!opened)
            qFatal("%s", opened.error().message.c_str());
        return *opened;
    }

    Way way;
    std::shared_ptr<tests::EventList> events = std::make_shared<tests::EventList>();

private:
    /// Whether it is over; else it goes on from where it stops.
    bool goOn()
    {
        const RunStatus& status = m_run->status();
        way.tallies = status.debug.breakpoints;
        if (status.state == RunState::Idle || status.state == RunState::Ended)
            return true;
        if (!status.questions.empty() && status.questions.front().effect != m_answered) {
            m_answered = status.questions.front().effect;
            static_cast<void>(m_run->answer(m_answered, "allow").has_value());
        }
        if (!status.debug.stop || status.debug.stop->number <= m_seen)
            return false;
        m_seen = status.debug.stop->number;
        way.stops.push_back(textOf(*status.debug.stop));
        if (m_stepsBy)
            m_run->debug(StepRun {*m_stepsBy, {}});
        else
            m_run->debug(ContinueRun {});
        return false;
    }

    tests::TemporaryFolder m_folder;
    SystemClock m_clock;
    SystemRandom m_random;
    std::unique_ptr<RunSession> m_run;
    std::optional<StepMode> m_stepsBy; ///< at each stop, in place of going on
    std::string m_answered;
    std::uint64_t m_seen = 0;
};

/// Stops and logpoints of many kinds.
DebugSetup manyBreakpoints()
{
    auto setup = readDebugSetup(R"({"kymo_debug": 1, "breakpoints": [
        {"id": 1, "kind": "before_tool"},
        {"id": 2, "kind": "after_tool", "condition": "repeat(tool) >= 2"},
        {"id": 3, "kind": "before_model", "hits": {"rule": "every", "number": 2}},
        {"id": 4, "kind": "after_model", "one_shot": true},
        {"id": 5, "kind": "state_change", "condition": "calls.session > 3"},
        {"id": 6, "kind": "hand_off"},
        {"id": 7, "kind": "error"},
        {"id": 8, "kind": "step", "actions": [{"do": "log", "text": "{agent} {tool} {args}"}]},
        {"id": 9, "kind": "after_tool", "actions": [{"do": "log", "text": "{tool} gave {result}"}]},
        {"id": 10, "kind": "plan_change"}
    ]})");
    if (!setup)
        qFatal("%s", setup.error().message.c_str());
    return *setup;
}

/// Goes through all stops to the end, or to the start.
Way wayThrough(TravelDrive& drive, bool isBack)
{
    Way way;
    const auto edge = isBack ? DebugStop::Cause::Start : DebugStop::Cause::End;
    for (int i = 0; i < 1'000; ++i) {
        static_cast<void>(drive.goOn(isBack));
        if (drive.stop().cause == edge)
            break;
        if (drive.stop().hits.empty())
            break;
        way.stops.push_back(textOf(drive.stop()));
        if (isBack ? drive.status().travel->isAtStart : drive.status().travel->isAtEnd)
            break;
    }
    way.lines = drive.logged();
    way.tallies = drive.status().breakpoints;
    return way;
}

template<class T>
std::string joined(const std::vector<T>& texts)
{
    std::string all;
    for (const T& text : texts)
        all += text + '\n';
    return all;
}

std::string textOf(const std::vector<BreakpointTally>& tallies)
{
    std::string text;
    for (const BreakpointTally& tally : tallies)
        text += std::to_string(tally.id) + ':' + std::to_string(tally.hits)
            + (tally.isSpent ? " spent; " : "; ");
    return text;
}

/// Kind and step alone, sorted.
std::vector<std::string> withoutOrder(std::vector<std::string> stops)
{
    for (std::string& stop : stops)
        stop.resize(stop.find(' ', stop.find(' ') + 1));
    std::ranges::sort(stops);
    return stops;
}

/// Fails with the first line that differs.
void compareTexts(const std::string& actual, const std::string& expected)
{
    std::istringstream actualLines(actual);
    std::istringstream expectedLines(expected);
    std::string one;
    std::string other;
    for (int number = 1;; ++number) {
        const bool isOne = !std::getline(actualLines, one).fail();
        const bool isOther = !std::getline(expectedLines, other).fail();
        if (!isOne && !isOther)
            return;
        QVERIFY2(isOne == isOther && one == other,
                 (std::to_string(number) + ": " + (isOne ? one : "nothing")
                  + "\nin place of: " + (isOther ? other : "nothing"))
                     .c_str());
    }
}

} // namespace

class TestTravelSession : public QObject
{
    Q_OBJECT

private slots:
    void breakpointsHoldWhereTheRunWasHeld_data();
    void breakpointsHoldWhereTheRunWasHeld();
    void stepsLeadWhereTheyLedInTheRun_data();
    void stepsLeadWhereTheyLedInTheRun();
    void logpointsSayWhatTheySaidInTheRun_data();
    void logpointsSayWhatTheySaidInTheRun();
    void statesAreThoseThatWereFolded_data();
    void statesAreThoseThatWereFolded();
    void watchedValuesChangeWhereTheyChanged();
    void expressionsAreFoundEitherWay();
    void whatStandsInTheRunIsTold();
    void whatWouldChangeTheRecordingIsRefused();
    void playingKeepsThePace();
    void foreignTracesSayWhatTheyDoNotKnow();
    void theWrongStepIsFoundBackwards_data();
    void theWrongStepIsFoundBackwards();
    void aTraceWithoutStepsIsSaid();
};

namespace {

void addExamples()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("name");
    const auto row = [](const char* folder, const char* name) {
        QTest::newRow(name) << QString::fromUtf8(folder) << QString::fromUtf8(name);
    };
    row("support", "support");
    row("planner", "planner");
    row("team", "team");
    for (const char* name :
         {"loops", "ignores-error", "bad-arguments", "loses-context", "wrong-tool"})
        row("wrong", name);
    row("policies", "retry");
    row("policies", "all-or-nothing");
}

} // namespace

void TestTravelSession::breakpointsHoldWhereTheRunWasHeld_data()
{
    addExamples();
}

void TestTravelSession::breakpointsHoldWhereTheRunWasHeld()
{
    QFETCH(QString, folder);
    QFETCH(QString, name);
    // A stop holds what other agents want along: what comes first is another question there.
    const bool isParallel = name == u"planner" || name == u"team";
    DebugSetup setup = manyBreakpoints();
    if (isParallel)
        std::erase_if(setup.breakpoints, [](const Breakpoint& each) {
            return each.isOneShot || each.hits != HitRule {} || !each.condition.empty();
        });
    const ExampleRun run(folder.toStdString(), name.toStdString(), setup);
    QVERIFY(run.way.stops.size() >= 3);
    TravelDrive drive(run.trace(), setup);
    Way way;
    if (!drive.stop().hits.empty())
        way.stops.push_back(textOf(drive.stop())); // where one begins
    const Way behind = wayThrough(drive, false);
    way.stops.insert(way.stops.end(), behind.stops.begin(), behind.stops.end());
    way.lines = behind.lines;
    compareTexts(joined(isParallel ? withoutOrder(way.stops) : way.stops),
                 joined(isParallel ? withoutOrder(run.way.stops) : run.way.stops));
    if (!isParallel)
        compareTexts(joined(way.lines), joined(run.way.lines));
    compareTexts(textOf(behind.tallies), textOf(run.way.tallies));
    // And the same from the end.
    static_cast<void>(drive.go(GoToMoment {.position = drive.status().travel->count - 1}));
    drive.lines.clear();
    Way back = wayThrough(drive, true);
    std::ranges::reverse(back.stops);
    std::ranges::reverse(back.lines);
    compareTexts(joined(back.stops), joined(way.stops));
    // What stands where one is at the end is not passed.
    QVERIFY(joined(way.lines).find(joined(back.lines)) != std::string::npos);
    QVERIFY(back.lines.size() + 2 >= way.lines.size());
}

void TestTravelSession::stepsLeadWhereTheyLedInTheRun_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("mode");
    for (const StepMode mode : {StepMode::Over, StepMode::Into, StepMode::Turn}) {
        const auto row = [&](const char* folder, const char* name) {
            QTest::newRow((std::string(name) + ' ' + std::string(toWord(mode))).c_str())
                << QString::fromUtf8(folder) << QString::fromUtf8(name) << static_cast<int>(mode);
        };
        row("support", "support");
        row("wrong", "bad-arguments");
        row("policies", "retry");
        row("policies", "all-or-nothing");
    }
}

/// Where no two agents work at once.
void TestTravelSession::stepsLeadWhereTheyLedInTheRun()
{
    QFETCH(QString, folder);
    QFETCH(QString, name);
    QFETCH(int, mode);
    const auto by = static_cast<StepMode>(mode);
    const ExampleRun run(folder.toStdString(), name.toStdString(), {}, by);
    QVERIFY(run.way.stops.size() > 1);
    TravelDrive drive(run.trace());
    std::vector<std::string> stops;
    for (; drive.stop().cause != DebugStop::Cause::End && stops.size() < 1'000; drive.step(by))
        stops.push_back(textOf(drive.stop()));
    compareTexts(joined(stops), joined(run.way.stops));
}

void TestTravelSession::logpointsSayWhatTheySaidInTheRun_data()
{
    addExamples();
}

/// Nothing is held by them: order, counts and values are those of the run, in parallel too.
void TestTravelSession::logpointsSayWhatTheySaidInTheRun()
{
    QFETCH(QString, folder);
    QFETCH(QString, name);
    DebugSetup setup = manyBreakpoints();
    for (Breakpoint& each : setup.breakpoints)
        each.actions = {LogAction {std::to_string(each.id)
                                   + " {agent} {tool} {args} {result} {calls.session} "
                                     "{errors.session} {repeat(tool)} {repeat(args)} {attempt}"}};
    const ExampleRun run(folder.toStdString(), name.toStdString(), setup);
    QVERIFY(run.way.lines.size() > 3);
    QVERIFY(run.way.stops.empty());
    TravelDrive drive(run.trace(), setup);
    static_cast<void>(drive.goOn());
    QCOMPARE(drive.stop().cause, DebugStop::Cause::End);
    compareTexts(joined(drive.logged()), joined(run.way.lines));
    compareTexts(textOf(drive.status().breakpoints), textOf(run.way.tallies));
}

void TestTravelSession::statesAreThoseThatWereFolded_data()
{
    addExamples();
}

/// At each position the states are those that a fold from the start gives.
void TestTravelSession::statesAreThoseThatWereFolded()
{
    QFETCH(QString, folder);
    QFETCH(QString, name);
    const ExampleRun run(folder.toStdString(), name.toStdString());
    tracestore::Job job;
    const auto line = TravelLine::make(run.trace(), tracestore::SessionId(0), job);
    QVERIFY(line.has_value());
    const auto states = StateLine::make(*line, job);
    QVERIFY(states.has_value());
    QVERIFY(!(*states)->isEmpty());
    std::vector<std::vector<std::string>> expected;
    tracestore::ToldStates told;
    const std::size_t agents = (*line)->trace().agents().size();
    const auto textsOf = [&](const auto& source) {
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < agents; ++i) {
            const auto* state = source.of(tracestore::AgentId(i));
            texts.push_back(state == nullptr ? "" : state->dump());
        }
        return texts;
    };
    for (const TraceMoment& moment : (*line)->moments()) {
        if (moment.kind == TraceMoment::Kind::State)
            QVERIFY(told.take((*line)->states()[moment.state]));
        expected.push_back(textsOf(told));
    }
    const auto recorded = run.events->facts<tracestore::StateChanged>();
    QCOMPARE(recorded.size(), (*line)->states().size());
    const auto check = [&](std::size_t position) {
        (*states)->moveTo(position);
        QCOMPARE(textsOf(**states), expected[position]);
        const TraceMoment& moment = (*line)->moments()[position];
        if (moment.kind != TraceMoment::Kind::State)
            return;
        const auto* state = (*states)->of((*line)->states()[moment.state].agent);
        QVERIFY(state != nullptr);
        QCOMPARE(hashOfState(*state).toHex(), recorded[moment.state].hash);
    };
    for (std::size_t i = expected.size(); i-- > 0;)
        check(i);
    for (std::size_t i = 0; i < expected.size(); i += 3)
        check(i);
    for (std::size_t i = 0; i < expected.size(); ++i) // from anywhere to anywhere
        check((i * 7919) % expected.size());
}

namespace {

/// An agent that adds three sums in three turns, recorded.
TracePtr sumsTrace(std::unique_ptr<tests::DebugRun>& run)
{
    const auto turn = [](int number, const char* sum) {
        return tests::json {
            {"when", {{"turn", number}}},
            {"answer",
             {{"calls", {{{"name", "calculator"}, {"arguments", {{"expression", sum}}}}}}}}};
    };
    const tests::json script {
        {"version", 1},
        {"rules",
         {turn(1, "1+1"), turn(2, "2+2"), turn(3, "3+3"), {{"answer", {{"text", "Done."}}}}}}};
    run = std::make_unique<tests::DebugRun>(tests::scriptedAgent({{{"name", "calculator"}}}),
                                            script);
    run->start();
    if (!run->reach(RunState::Idle))
        qWarning("the run has not ended in time");
    return run->live->run.snapshot();
}

} // namespace

void TestTravelSession::watchedValuesChangeWhereTheyChanged()
{
    std::unique_ptr<tests::DebugRun> run;
    const TracePtr trace = sumsTrace(run);
    DebugSetup setup;
    setup.watches = {{1, "args.expression", {}}, {2, "calls.session", {}}, {3, "no(", {}}};
    TravelDrive drive(trace, setup);
    static_cast<void>(drive.go(GoToMoment {.position = drive.status().travel->count - 1}));
    const auto watch = [&](std::size_t i) { return drive.status().watches[i]; };
    QVERIFY(drive.waitFor([&] { return watch(0).changedAt > 0; }));
    QCOMPARE(watch(0).before, std::string("\"2+2\""));
    QVERIFY(!watch(2).problem.empty());
    const GoToChange back {.watch = 1};
    QVERIFY(drive.go(back).ends_with("`args.expression` is \"3+3\", was \"2+2\""));
    QCOMPARE(watch(0).value, std::string("\"3+3\""));
    QCOMPARE(static_cast<std::size_t>(watch(0).changedAt), drive.status().travel->position + 1);
    QCOMPARE(watch(0).changedStep, drive.stop().effect);
    QVERIFY(drive.go(back).ends_with("is \"2+2\", was \"1+1\""));
    QVERIFY(drive.go(back).ends_with("is \"1+1\", known for the first time"));
    QCOMPARE(drive.stop().cause, DebugStop::Cause::Change);
    QVERIFY(drive.go(back).starts_with("`args.expression` has no other value before this"));
    const GoToChange on {.expression = "args.expression", .isBack = false};
    QVERIFY(drive.go(on).ends_with("is \"2+2\", was \"1+1\""));
    QVERIFY(drive.go(on).ends_with("is \"3+3\", was \"2+2\""));
    QVERIFY(drive.go(on).ends_with("keeps its value to the end."));
    QVERIFY(drive.go(GoToChange {.expression = "state.nothing"}).ends_with("in this recording."));
    QVERIFY(drive.go(GoToChange {.watch = 9}).starts_with("There is no watch"));
    // A value of the state changes where the state does.
    QVERIFY(drive.go(GoToChange {.expression = "state.turn", .isBack = true}) != "not in time");
}

void TestTravelSession::expressionsAreFoundEitherWay()
{
    std::unique_ptr<tests::DebugRun> run;
    TravelDrive drive(sumsTrace(run));
    const auto find = [&](GoToHit::Which which, const char* expression) {
        return drive.go(GoToHit {expression, which});
    };
    using enum GoToHit::Which;
    QVERIFY(find(Last, "tool = calculator").ends_with("`tool = calculator` is true"));
    QCOMPARE(drive.value("args.expression"), std::string("\"3+3\""));
    find(First, "tool = calculator");
    QCOMPARE(drive.value("args.expression"), std::string("\"1+1\""));
    QCOMPARE(drive.stop().kind, StopKind::BeforeTool);
    find(Next, "tool = calculator");
    QCOMPARE(drive.value("args.expression"), std::string("\"2+2\""));
    find(Previous, "tool = calculator");
    QCOMPARE(drive.value("args.expression"), std::string("\"1+1\""));
    QVERIFY(find(Previous, "tool = calculator").ends_with("is not true before this."));
    find(First, "result = 6");
    QCOMPARE(drive.stop().kind, StopKind::AfterTool); // before that it was not known
    QCOMPARE(drive.value("args.expression"), std::string("\"3+3\""));
    QVERIFY(find(First, "calls.session >= 3").ends_with("is true"));
    QCOMPARE(drive.value("calls.session"), std::string("3"));
    QVERIFY(find(Next, "tool = nothing").ends_with("is true nowhere in this recording."));
    QVERIFY(drive.go(GoToHit {"no("}) != "not in time");
    QVERIFY(find(First, "repeat(tool) = 3").ends_with("is true"));
    QCOMPARE(drive.value("repeat(tool)"), std::string("3"));
}

/// Stack, sums, contents and values are as the run had them.
void TestTravelSession::whatStandsInTheRunIsTold()
{
    const ExampleRun run("team", "team");
    TravelDrive drive(run.trace());
    QCOMPARE(drive.stop().cause, DebugStop::Cause::Entry);
    QVERIFY(drive.status().travel->isAtStart);
    QCOMPARE(drive.status().frames.size(), 1U);
    QCOMPARE(drive.status().frames.front().turn, 1U);
    // Into an agent that was handed a task.
    RunTo target;
    target.target.kind = StopKind::HandOff;
    QVERIFY(drive.go(target).starts_with("Paused before the hand-off to "));
    const std::string handOff = drive.stop().effect;
    const auto asked = nlohmann::json::parse(drive.inspect().request);
    QVERIFY(drive.inspect().outcome.empty());
    QVERIFY(!asked["task"].get<std::string>().empty());
    drive.step(StepMode::Into);
    const DebugStatus inside = drive.status();
    QCOMPARE(inside.frames.size(), 2U);
    QCOMPARE(inside.frames.back().path, inside.stop->agent);
    QVERIFY(inside.frames.back().caller.starts_with(handOff.substr(0, handOff.rfind('.'))));
    QVERIFY(!inside.frames.back().task.empty());
    QCOMPARE(inside.pending.size(), 2U); // the hand-off is under way
    QCOMPARE(inside.pending.back().stage, PendingStep::Stage::HeldBefore);
    QVERIFY(inside.pending.back().isStop);
    const auto request = nlohmann::json::parse(drive.inspect().request);
    QVERIFY(!request["messages"].empty());
    QVERIFY(!request["model"].get<std::string>().empty());
    QVERIFY(!drive.inspect().state.empty() || !drive.inspect().problem.empty()
            || drive.value("state").empty());
    // Out of it, and to the end.
    const std::size_t at = drive.status().travel->position;
    drive.step(StepMode::Out, true);
    QCOMPARE(drive.stop().effect, handOff);
    drive.step(StepMode::Into);
    QCOMPARE(drive.status().travel->position, at);
    drive.goOn();
    QCOMPARE(drive.stop().cause, DebugStop::Cause::End);
    QVERIFY(drive.status().travel->isAtEnd);
    QVERIFY(drive.stop().text.starts_with("At the end of the session"));
    drive.goOn();
    QCOMPARE(drive.stop().cause, DebugStop::Cause::End); // said again, and nothing moves
    drive.goOn(true);
    QCOMPARE(drive.stop().cause, DebugStop::Cause::Start);
    QVERIFY(drive.stop().text.starts_with("At the start of the session, before model call"));
    drive.step(StepMode::Over, true);
    QCOMPARE(drive.stop().cause, DebugStop::Cause::Start);
    QVERIFY(drive.status().travel->isAtStart);
}

void TestTravelSession::whatWouldChangeTheRecordingIsRefused()
{
    std::unique_ptr<tests::DebugRun> run;
    TravelDrive drive(sumsTrace(run));
    const std::string here = drive.stop().effect;
    const std::string said = "This is a recording: fork it at this step to change it.";
    QCOMPARE(drive.go(EditRequest {here, "args", "1"}), said);
    QCOMPARE(drive.go(EditOutcome {here, "result", "1"}), said);
    QCOMPARE(drive.go(EditState {"tester", "x", "1"}), said);
    QCOMPARE(drive.go(UndoEdit {here}), said);
    QCOMPARE(drive.go(AnswerStep {here, {}}), said);
    QCOMPARE(drive.go(CancelStep {here}), said);
    QVERIFY(drive.go(SetTestMode {true, {}}).starts_with("This is a recording"));
    QVERIFY(drive.go(GoToMoment {.effect = "tester:9.9.9"}).starts_with("There is no such step"));
    QVERIFY(drive.go(GoToMoment {.position = 1'000'000}).starts_with("There is no such step"));
    QVERIFY(drive.go(PlayRun {.factor = 0}).starts_with("The pace"));
    QVERIFY(drive.inspect("tester:3.1.1").problem.find("not begun") != std::string::npos);
    QCOMPARE(drive.stop().effect, here);
}

void TestTravelSession::playingKeepsThePace()
{
    const TracePtr trace = tests::makeAgentTrace(4); // each model call takes a second
    TravelDrive drive(trace);
    const std::uint64_t first = drive.stop().number;
    drive.session.take(PlayRun {.factor = 2});
    QVERIFY(drive.waitFor([&] { return drive.session.isPlaying(); }));
    QCOMPARE(drive.status().state, DebugState::Running);
    QVERIFY(!drive.status().stop.has_value());
    const std::size_t from = drive.status().travel->position;
    QTest::qWait(100); // the clock of the recording stands
    QCOMPARE(drive.status().travel->position, from);
    drive.clock.advanceMs(600); // 1.2 s of the recording
    QVERIFY(drive.waitFor([&] { return drive.status().travel->position > from; }));
    QVERIFY(drive.session.isPlaying());
    drive.session.take(PauseRun {});
    QVERIFY(drive.waitFor([&] { return drive.status().stop.has_value(); }));
    QCOMPARE(drive.stop().cause, DebugStop::Cause::Pause);
    QVERIFY(drive.stop().number > first);
    drive.session.take(PlayRun {.factor = 1});
    QVERIFY(drive.waitFor([&] { return drive.session.isPlaying(); }));
    drive.clock.advanceMs(3'600'000);
    QVERIFY(drive.waitFor([&] { return drive.status().stop.has_value(); }));
    QCOMPARE(drive.stop().cause, DebugStop::Cause::End);
}

void TestTravelSession::foreignTracesSayWhatTheyDoNotKnow()
{
    const TracePtr trace = tests::makeAgentTrace(3);
    DebugSetup setup;
    setup.watches = {{1, "state.plan", {}}, {2, "tool", {}}};
    TravelDrive drive(trace, setup);
    QCOMPARE(drive.status().travel->notes,
             std::vector<std::string> {
                 "This trace does not hold the states of its agents: they are not known."});
    QCOMPARE(drive.value("state.plan"), std::string());
    QCOMPARE(drive.inspect().state, std::string());
    QVERIFY(drive.go(GoToChange {.watch = 1}).ends_with("in this recording."));
    drive.go(GoToHit {"kind = tool", GoToHit::Which::First});
    const DebugStatus status = drive.status();
    QCOMPARE(status.stop->effect, '#' + std::to_string(status.travel->span.value));
    QVERIFY(!status.pending.back().isClassTold);
    QCOMPARE(status.pending.back().effect, status.stop->effect);
    drive.go(GoToMoment {.effect = "#0"});
    QCOMPARE(drive.status().travel->span, SpanId(0));
}

void TestTravelSession::theWrongStepIsFoundBackwards_data()
{
    QTest::addColumn<QString>("watch");
    QTest::addColumn<int>("times");
    QTest::addColumn<QString>("stop");
    // From the end: what was it that ... came from?
    QTest::newRow("loops") << QStringLiteral("repeat(args) >= 2") << 1
                           << QStringLiteral("products");
    QTest::newRow("ignores-error")
        << QStringLiteral("errors.session") << 1 << QStringLiteral("read_file");
    QTest::newRow("bad-arguments")
        << QStringLiteral("args.parameters") << 1 << QStringLiteral("orders");
    QTest::newRow("loses-context") << QStringLiteral("not (input contains \"allergy\")") << 1
                                   << QStringLiteral("loses-context-script");
    QTest::newRow("wrong-tool") << QStringLiteral("tool") << 1 << QStringLiteral("sales_list");
}

/// As somebody does it who does not know the agent: to the end, then back to where a value became
/// what it is.
void TestTravelSession::theWrongStepIsFoundBackwards()
{
    QFETCH(QString, watch);
    QFETCH(int, times);
    QFETCH(QString, stop);
    const ExampleRun run("wrong", QTest::currentDataTag());
    TravelDrive drive(run.trace());
    drive.goOn();
    QCOMPARE(drive.stop().cause, DebugStop::Cause::End);
    for (int i = 0; i < times; ++i)
        qInfo("%s", drive.go(GoToChange {.expression = watch.toStdString()}).c_str());
    QCOMPARE(drive.stop().cause, DebugStop::Cause::Change);
    const auto pending = drive.status().pending;
    QCOMPARE(pending.back().name, stop.toStdString());
}

void TestTravelSession::aTraceWithoutStepsIsSaid()
{
    tracestore::TraceBuilder builder({.formatId = "made", .formatName = "Made"});
    builder.addSession({.key = "s"});
    const TracePtr empty = builder.finish(std::make_shared<tests::FixedPayloads>());
    QThreadPool pool;
    QObject home;
    tests::ManualClock clock;
    TravelSession session(empty, {}, {clock, pool, home});
    session.start({});
    QVERIFY(!session.problem().empty());
    session.take(StepRun {});
    QVERIFY(session.status() == DebugStatus {});
}

QTEST_GUILESS_MAIN(TestTravelSession)
#include "tst_travel_session.moc"
