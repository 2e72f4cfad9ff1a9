// What a search in a finished recording finds is what the run was told while it went on.
#include "engine/breakpoint/breakpoint_json.h"
#include "engine/breakpoint/trace_hits.h"
#include "tests/engine/example_agent.h"
#include "tests/support/opened.h"
#include "tracestore/base/job.h"

#include <map>
#include <set>

using namespace engine;
using namespace tests;

namespace {

using Hits = std::map<BreakpointId, std::vector<std::string>>; ///< where each hit, in order

/// Breakpoints of all kinds with all that conditions can look at; they log and go on.
std::vector<Breakpoint> manyBreakpoints()
{
    std::vector<Breakpoint> all;
    const auto add = [&](StopKind kind, const char* condition = "") -> Breakpoint& {
        Breakpoint breakpoint;
        breakpoint.kind = kind;
        breakpoint.condition = condition;
        return all.emplace_back(std::move(breakpoint));
    };
    using enum StopKind;
    for (const StopKindInfo& info : stopKinds())
        add(info.kind);
    for (const char* condition : {"repeat(args) >= 2",
                                  "repeat(tool) = 2",
                                  "calls.session >= 2",
                                  "errors.session > 0",
                                  "turn = 2",
                                  "tokens.session > 100",
                                  "exists state.messages",
                                  "args contains 1042"})
        add(BeforeTool, condition);
    for (const char* condition : {"result contains 1042", "exists error", "turn > 2"})
        add(AfterTool, condition);
    for (const char* condition : {"exists output.tool", "tokens.out > 5", "errors.session > 0"})
        add(AfterModel, condition);
    for (const char* condition : {"input contains kettle", "exists state.turn", "turn = 3"})
        add(BeforeModel, condition);
    add(StateChange).changed = "turn";
    add(BeforeTool).changed = "args";
    add(BeforeTool).hits = {HitRule::Kind::Every, 2};
    add(Step).hits = {HitRule::Kind::AtLeast, 3};
    add(AfterTool).isOneShot = true;
    return all;
}

/// The breakpoints with numbers, each of which logs that it hit and lets go.
std::vector<Breakpoint> logging(std::vector<Breakpoint> breakpoints)
{
    BreakpointId last = 0;
    for (Breakpoint& breakpoint : breakpoints) {
        breakpoint.id = ++last;
        breakpoint.actions = {LogAction {std::to_string(last)}};
    }
    return breakpoints;
}

/// Decisions and states are no steps: a run names the agent there, a trace the span that tells it.
bool isOfSteps(StopKind kind)
{
    static const std::set<StopKind> moments {StopKind::PlanChange,
                                             StopKind::StateChange,
                                             StopKind::Guard,
                                             StopKind::BreakerOpen,
                                             StopKind::Retry,
                                             StopKind::Fallback};
    return !moments.contains(kind);
}

std::string text(const std::vector<std::string>& places)
{
    std::string joined;
    for (const std::string& place : places)
        joined += place + ' ';
    return joined;
}

} // namespace

class TestTraceHitsOfRuns : public QObject
{
    Q_OBJECT

private slots:
    void aRunAndItsRecordingHitTheSame_data();
    void aRunAndItsRecordingHitTheSame();
    void stopsAreHits_data();
    void stopsAreHits();

private:
    /// Runs it with these and records it; what each logged.
    static void run(const ExampleAgent& example,
                    const DebugSetup& setup,
                    Hits& told,
                    std::vector<BreakpointTally>& tallies);
};

void TestTraceHitsOfRuns::run(const ExampleAgent& example,
                              const DebugSetup& setup,
                              Hits& told,
                              std::vector<BreakpointTally>& tallies)
{
    auto config = readAgentConfig(example.agent);
    QVERIFY2(config, config ? "" : config.error().message.c_str());
    SystemClock clock;
    SystemRandom random;
    RunSession session(
        1, std::move(*config), RunWorld {clock, random, nullptr, &SampleRun::variable});
    std::string problems;
    connect(&session, &RunSession::debugLogged, [&](const DebugLine& line) {
        if (line.kind == DebugLine::Kind::Log)
            told[static_cast<BreakpointId>(std::stoul(line.text))].push_back(line.effect);
        else
            problems += line.text + '\n';
    });
    // Stops are let go where they are told.
    connect(&session, &RunSession::statusChanged, &session, [&] {
        if (session.status().debug.state == DebugState::Paused)
            session.debug(ContinueRun {});
    });
    session.recordTo(example.record);
    session.setDebug({.setup = setup});
    session.start(example.input);
    static_cast<void>(reachAnswer(session)); // or what ended it: some of them go wrong
    QVERIFY(session.status().result.has_value());
    tallies = session.status().debug.breakpoints;
    QCOMPARE(closeRun(session), std::string());
    QCOMPARE(problems, std::string());
}

void TestTraceHitsOfRuns::aRunAndItsRecordingHitTheSame_data()
{
    QTest::addColumn<QString>("folder");
    QTest::newRow("support") << QStringLiteral("support");
    for (const char* wrong :
         {"loops", "ignores-error", "bad-arguments", "loses-context", "wrong-tool"})
        QTest::newRow(wrong) << QStringLiteral("wrong");
}

void TestTraceHitsOfRuns::aRunAndItsRecordingHitTheSame()
{
    QFETCH(QString, folder);
    const ExampleAgent example(folder.toStdString(), QTest::currentDataTag());
    DebugSetup setup;
    setup.breakpoints = logging(manyBreakpoints());
    Hits told;
    std::vector<BreakpointTally> tallies;
    run(example, setup, told, tallies);
    if (QTest::currentTestFailed())
        return;
    const auto trace = openFiles({example.record});
    QVERIFY2(trace.has_value(), trace ? "" : trace.error().message.c_str());
    tracestore::Job job;
    const auto found = findHits(setup.breakpoints, **trace, job);
    QVERIFY(found.has_value());
    Hits inTrace;
    for (const TraceHit& hit : found->hits) {
        QVERIFY2(hit.hit.problem.empty(),
                 (std::to_string(hit.hit.id) + ": " + hit.hit.problem).c_str());
        inTrace[hit.hit.id].emplace_back((*trace)->origId(hit.span));
    }
    std::size_t hits = 0;
    for (const Breakpoint& breakpoint : setup.breakpoints) {
        const auto& live = told[breakpoint.id];
        const auto& saved = inTrace[breakpoint.id];
        const std::string what
            = breakpoint.toText() + ": live " + text(live) + "; saved " + text(saved);
        // The state in which the input puts an agent is a change for who watches it run; for a
        // recording it is the first that there is.
        const std::size_t first
            = breakpoint.kind == StopKind::StateChange && live.size() > saved.size() ? 1 : 0;
        QVERIFY2(isOfSteps(breakpoint.kind) ? live == saved : live.size() == saved.size() + first,
                 what.c_str());
        QCOMPARE(tallies[breakpoint.id - 1].hits, found->tallies[breakpoint.id - 1].hits + first);
        hits += live.size();
    }
    QVERIFY(hits > setup.breakpoints.size() / 2); // it is about something
}

void TestTraceHitsOfRuns::stopsAreHits_data()
{
    aRunAndItsRecordingHitTheSame_data();
}

/// The same where breakpoints stop, and with those that stand beside the agents that go wrong.
void TestTraceHitsOfRuns::stopsAreHits()
{
    QFETCH(QString, folder);
    const ExampleAgent example(folder.toStdString(), QTest::currentDataTag());
    DebugSetup setup;
    if (std::filesystem::exists(example.breakpoints))
        setup = *readDebugSetup(contentOf(example.breakpoints));
    for (const StopKind kind : {StopKind::AfterTool, StopKind::BeforeModel}) {
        Breakpoint breakpoint;
        breakpoint.id = static_cast<BreakpointId>(setup.breakpoints.size() + 1);
        breakpoint.kind = kind;
        setup.breakpoints.push_back(breakpoint);
    }
    Hits told;
    std::vector<BreakpointTally> tallies;
    run(example, setup, told, tallies);
    if (QTest::currentTestFailed())
        return;
    QVERIFY(told.empty()); // nothing logs
    const auto trace = openFiles({example.record});
    QVERIFY2(trace.has_value(), trace ? "" : trace.error().message.c_str());
    tracestore::Job job;
    const auto found = findHits(setup.breakpoints, **trace, job);
    QVERIFY(found.has_value());
    for (std::size_t i = 0; i < tallies.size(); ++i) {
        QVERIFY(tallies[i].hits > 0);
        QCOMPARE(found->tallies[i].hits, tallies[i].hits);
    }
}

QTEST_GUILESS_MAIN(TestTraceHitsOfRuns)
#include "tst_trace_hits_of_runs.moc"
