#include "engine/breakpoint/expression.h"
#include "engine/breakpoint/trace_hits.h"
#include "tests/engine/run_samples.h"
#include "tests/support/opened.h"
#include "tests/support/stop_points.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/model/trace_builder.h"
#include "tracestore/query/query_subject.h"

#include <QTest>

using namespace engine;
using tracestore::RunEvent;
using tracestore::SpanId;
using tracestore::Trace;
using tracestore::TracePtr;

namespace {

Breakpoint at(StopKind kind, const std::string& condition = {}, const std::string& tool = {})
{
    Breakpoint breakpoint;
    breakpoint.id = 1;
    breakpoint.kind = kind;
    breakpoint.condition = condition;
    breakpoint.scope.tool = tool;
    return breakpoint;
}

/// A log of a run written by hand, an event each second.
class Log
{
public:
    Log& add(const std::string& agent, const std::string& effect, tracestore::RunFact fact)
    {
        RunEvent event;
        event.number = ++m_number;
        event.time = {m_number * 1'000'000'000};
        event.agent = agent;
        event.effect = effect;
        event.fact = std::move(fact);
        m_trace.add(event);
        return *this;
    }

    Log& wanted(const std::string& effect,
                EffectKind kind,
                const std::string& name,
                const std::string& arguments = {})
    {
        tracestore::EffectWanted fact;
        fact.kind = kind;
        fact.name = name;
        fact.arguments = arguments;
        return add(effect.substr(0, effect.find(':')), effect, fact);
    }

    Log& ended(const std::string& effect,
               const std::string& result,
               OutcomeStatus status = OutcomeStatus::Ok,
               const std::string& errorType = {},
               double cost = 0)
    {
        tracestore::EffectEnded fact;
        fact.status = status;
        fact.result = result;
        if (!errorType.empty())
            fact.error = tracestore::SpanError {errorType, "It failed.", {}};
        if (cost > 0)
            fact.cost = tracestore::Cost {cost, "USD", {}};
        fact.firstToken = tracestore::Timestamp {m_number * 1'000'000'000 + 500'000'000};
        return add(effect.substr(0, effect.find(':')), effect, fact);
    }

    Log& decided(const std::string& agent,
                 const std::string& effect,
                 const std::string& policy,
                 const std::string& action)
    {
        return add(agent, effect, tracestore::DecisionMade {policy, action, "Why.", R"({"n":1})"});
    }

    Log& state(const std::string& agent, const std::string& json, bool isWhole)
    {
        return add(agent, {}, tracestore::StateChanged {json, isWhole, {}});
    }

    [[nodiscard]] TracePtr trace() const { return m_trace.snapshot(); }

private:
    tracestore::RunTrace m_trace {"run.kymo"};
    std::int64_t m_number = 0;
};

/// A run in which everything happens that one can stop at.
TracePtr everything()
{
    Log log;
    log.add({}, {}, tracestore::RunStarted {"main", "Do it."});
    log.add("main", {}, tracestore::AgentStarted {"main", {}, "planner"});
    log.wanted("main:1.1.1", EffectKind::Model, "big");
    log.ended("main:1.1.1", "", OutcomeStatus::Error, "http_503");
    log.decided("main", "main:1.1.1", "breaker", "open");
    log.decided("main", "main:1.1.1", "retry", "wait");
    log.wanted("main:1.1.2", EffectKind::Model, "big");
    log.ended("main:1.1.2", "", OutcomeStatus::Error, "http_503");
    log.decided("main", "main:1.1.2", "fallback", "use");
    log.wanted("main:1.1.3", EffectKind::Model, "small");
    log.ended("main:1.1.3", "a plan", OutcomeStatus::Ok, {}, 0.25);
    log.decided("main", {}, "plan", "make");
    log.state("main", R"({"plan":[{"status":"open"}],"n":1})", true);
    for (int i = 2; i <= 4; ++i) {
        const std::string turn = std::to_string(i);
        log.wanted("main:" + turn + ".1.1", EffectKind::Tool, "search", R"({"q":"x"})");
        log.ended("main:" + turn + ".1.1", R"({"hits":0})");
        log.state("main", R"([{"op":"replace","path":"/n","value":)" + turn + "}]", false);
    }
    log.decided("main", {}, "loop_guard", "warn");
    log.wanted("main:5.1.1", EffectKind::User, "approval", R"({"question":"May I?"})");
    log.ended("main:5.1.1", "yes");
    log.wanted("main:6.1.1", EffectKind::Agent, "helper", "Help.");
    tracestore::AgentStarted helper {"helper", {}, "react", "Help.", "main:6.1.1"};
    log.add("main/helper", {}, helper);
    log.wanted("main/helper:1.1.1", EffectKind::Tool, "refund", R"({"amount":890})");
    log.ended("main/helper:1.1.1", R"({"status":"paid"})");
    log.add("main/helper", {}, tracestore::AgentEnded {OutcomeStatus::Ok, "Done."});
    log.ended("main:6.1.1", "Done.");
    log.state("main", R"([{"op":"replace","path":"/plan/0/status","value":"done"}])", false);
    log.add("main", {}, tracestore::AgentEnded {OutcomeStatus::Ok, "Done."});
    return log.trace();
}

/// `name#hit values` of each hit in order.
std::string textOf(const TraceHits& found, const Trace& trace)
{
    std::string text;
    for (const TraceHit& hit : found.hits) {
        const std::string_view id = trace.origId(hit.span);
        text += (text.empty() ? "" : "; ") + std::string(id.empty() ? trace.name(hit.span) : id)
            + ' ' + tests::hitText({hit.hit});
    }
    return text;
}

TraceHits hitsOf(const std::vector<Breakpoint>& breakpoints, const Trace& trace)
{
    tracestore::Job job;
    auto found = findHits(breakpoints, trace, job);
    if (!found)
        qFatal("%s", found.error().message.c_str());
    return std::move(*found);
}

std::string hitText(const Breakpoint& breakpoint, const Trace& trace)
{
    return textOf(hitsOf({breakpoint}, trace), trace);
}

} // namespace

class TestTraceHits : public QObject
{
    Q_OBJECT

private slots:
    void everyKindHits_data();
    void everyKindHits();
    void conditions_data();
    void conditions();
    void changesHit();
    void countsBeginAnewInEachSession();
    void aLimitEndsTheSearch();
    void cancelEnds();
    void problemsAreHits();
    void whatATraceDoesNotTellIsNoted();
    void breakpointsAreSetAtSteps();
    void aRunAndItsRecordingHitTheSame();
    void samplesAreWalked_data();
    void samplesAreWalked();
};

void TestTraceHits::everyKindHits_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("hits");
    QTest::addColumn<int>("marks");
    const auto row = [](StopKind kind, const char* hits, int marks) {
        QTest::newRow(std::string(infoOf(kind).word).c_str())
            << static_cast<int>(kind) << hits << marks;
    };
    using enum StopKind;
    row(BeforeModel, "main:1.1.1 1; main:1.1.2 2; main:1.1.3 3", 3);
    row(AfterModel, "main:1.1.1 1; main:1.1.2 2; main:1.1.3 3", 3);
    row(BeforeTool, "main:2.1.1 1; main:3.1.1 2; main:4.1.1 3; main/helper:1.1.1 4", 4);
    row(AfterTool, "main:2.1.1 1; main:3.1.1 2; main:4.1.1 3; main/helper:1.1.1 4", 4);
    row(HandOff, "main:6.1.1 1", 1);
    row(PlanChange, "plan make 1", 1);
    row(StateChange, "main:2.1.1 1; main:3.1.1 2; main:4.1.1 3; main:6.1.1 4", 2);
    row(Error, "main:1.1.1 1; main:1.1.2 2", 2);
    row(Retry, "retry wait 1", 1);
    row(Fallback, "fallback use 1", 1);
    row(BreakerOpen, "breaker open 1", 1);
    row(Guard, "loop_guard warn 1", 1);
    row(Loop, "main:4.1.1 1", 4);
    row(FirstToken, "main:1.1.1 1; main:1.1.2 2; main:1.1.3 3", 3);
    row(UserInput, "main:5.1.1 1", 1);
    row(Step,
        "main:1.1.1 1; main:1.1.2 2; main:1.1.3 3; main:2.1.1 4; main:3.1.1 5; main:4.1.1 6; "
        "main:5.1.1 7; main:6.1.1 8; main/helper:1.1.1 9",
        9);
}

void TestTraceHits::everyKindHits()
{
    QFETCH(int, kind);
    QFETCH(QString, hits);
    QFETCH(int, marks);
    const TracePtr trace = everything();
    const Breakpoint breakpoint = at(static_cast<StopKind>(kind));
    const TraceHits found = hitsOf({breakpoint}, *trace);
    QCOMPARE(textOf(found, *trace), hits.toStdString());
    QCOMPARE(found.notes, std::vector<std::string>());
    QCOMPARE(found.tallies.front().hits, found.hits.size());
    const auto steps = stepsAbout(breakpoint, *trace);
    QCOMPARE(static_cast<int>(steps.size()), marks);
    QVERIFY(std::ranges::is_sorted(steps, {}, &SpanId::value));
}

void TestTraceHits::conditions_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("hits");
    const auto row = [](const char* name, StopKind kind, const char* condition, const char* hits) {
        QTest::newRow(name) << static_cast<int>(kind) << condition << hits;
    };
    using enum StopKind;
    row("arguments", BeforeTool, "args.amount > 500", "main/helper:1.1.1 1 args.amount=890");
    row("result", AfterTool, "result.status = paid", "main/helper:1.1.1 1 result.status=\"paid\"");
    row("repeats", BeforeTool, "repeat(args) >= 3", "main:4.1.1 1 repeat(args)=3");
    row("repeats of the tool after it",
        AfterTool,
        "repeat(tool) = 2",
        "main:3.1.1 1 repeat(tool)=2");
    row("calls before", BeforeTool, "calls.session = 3", "main:4.1.1 1 calls.session=3");
    row("errors", BeforeModel, "errors.session = 2", "main:1.1.3 1 errors.session=2");
    row("cost before its model", BeforeModel, "cost.session > 0", "");
    row("cost after it", AfterModel, "cost.session > 0", "main:1.1.3 1 cost.session=0.25");
    row("attempt", BeforeModel, "attempt = 2", "main:1.1.2 1 attempt=2");
    row("turn", BeforeTool, "turn = 2", ""); // all belong to the one call of the model
    row("state", BeforeTool, "state.n = 2", "main:3.1.1 1 state.n=2");
    row("error of a retry", Retry, "error.type = http_503", "retry wait 1 error.type=\"http_503\"");
    row("model of a fallback",
        Fallback,
        "model = big and attempt = 2",
        "fallback use 1 model=\"big\" attempt=2");
    row("numbers of a decision", Guard, "attr.details.n = 1", "loop_guard warn 1 attr.details.n=1");
    row("agent", Step, "agent = helper", "main/helper:1.1.1 1 agent=\"helper\"");
    row("time it took", AfterTool, "duration > 1.5s", "");
    row("text of what is sent", BeforeTool, "text contains paid", "");
    row("text of what came", AfterTool, "text contains paid", "main/helper:1.1.1 1");
}

void TestTraceHits::conditions()
{
    QFETCH(int, kind);
    QFETCH(QString, condition);
    QFETCH(QString, hits);
    const TracePtr trace = everything();
    QCOMPARE(hitText(at(static_cast<StopKind>(kind), condition.toStdString()), *trace),
             hits.toStdString());
}

void TestTraceHits::changesHit()
{
    const TracePtr trace = everything();
    Breakpoint state = at(StopKind::StateChange);
    state.changed = "plan[0].status";
    QCOMPARE(hitText(state, *trace), std::string("main:6.1.1 1 plan[0].status=\"done\""));
    state.changed = "state.n";
    state.hits = {HitRule::Kind::AtLeast, 2};
    QCOMPARE(hitText(state, *trace), std::string("main:3.1.1 2 state.n=3; main:4.1.1 3 state.n=4"));
    Breakpoint field = at(StopKind::BeforeTool);
    field.changed = "tool";
    field.isOneShot = true;
    const TraceHits found = hitsOf({field}, *trace);
    QCOMPARE(textOf(found, *trace), std::string("main/helper:1.1.1 1 tool=\"refund\""));
    QVERIFY(found.tallies.front().isSpent);
}

namespace {

/// Two sessions of a foreign format without times: each calls `search` twice.
TracePtr foreignTrace()
{
    tracestore::TraceBuilder builder({.formatId = "other", .formatName = "Other"});
    for (const char* key : {"first", "second"}) {
        const auto session = builder.addSession({.key = key});
        tracestore::SpanRecord record;
        record.session = session;
        record.kind = tracestore::SpanKind::Agent;
        record.name = "main";
        const SpanId agent = builder.addSpan(record);
        record.parent = agent;
        record.kind = tracestore::SpanKind::Tool;
        record.name = "search";
        builder.addSpan(record);
        builder.addSpan(record);
    }
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

} // namespace

void TestTraceHits::countsBeginAnewInEachSession()
{
    const TracePtr trace = foreignTrace();
    Breakpoint breakpoint = at(StopKind::AfterTool, "repeat(tool) = 2");
    QCOMPARE(textOf(hitsOf({breakpoint}, *trace), *trace),
             std::string("search 1 repeat(tool)=2; search 1 repeat(tool)=2"));
    breakpoint.condition.clear();
    breakpoint.scope.session = "sec*";
    const TraceHits found = hitsOf({breakpoint}, *trace);
    QCOMPARE(found.hits.size(), 2U);
    QCOMPARE(found.hits.front().span, SpanId(4));
    QCOMPARE(stepsAbout(breakpoint, *trace), (std::vector<SpanId> {SpanId(4), SpanId(5)}));
}

void TestTraceHits::aLimitEndsTheSearch()
{
    const TracePtr trace = everything();
    tracestore::Job job;
    const auto found = findHits({at(StopKind::Step)}, *trace, job, 4);
    QVERIFY(found.has_value());
    QCOMPARE(found->hits.size(), 4U);
    QVERIFY(found->isLimited);
    QVERIFY(!hitsOf({at(StopKind::Step)}, *trace).isLimited);
}

void TestTraceHits::cancelEnds()
{
    tracestore::Job job;
    job.cancel();
    const auto found = findHits({at(StopKind::Step)}, *everything(), job);
    QVERIFY(!found.has_value());
    QCOMPARE(found.error().code, tracestore::ErrorCode::Cancelled);
}

void TestTraceHits::problemsAreHits()
{
    const TracePtr trace = everything();
    const TraceHits found = hitsOf({at(StopKind::BeforeTool, "result.x = 1", "refund")}, *trace);
    QCOMPARE(found.hits.size(), 1U);
    QVERIFY(!found.hits.front().hit.problem.empty());
    QCOMPARE(found.tallies.front().problem, found.hits.front().hit.problem);
}

void TestTraceHits::whatATraceDoesNotTellIsNoted()
{
    const TracePtr trace = foreignTrace();
    for (const StopKind kind : {StopKind::StateChange,
                                StopKind::PlanChange,
                                StopKind::Retry,
                                StopKind::Fallback,
                                StopKind::BreakerOpen,
                                StopKind::Guard,
                                StopKind::FirstToken,
                                StopKind::UserInput}) {
        const TraceHits found = hitsOf({at(kind)}, *trace);
        QCOMPARE(found.hits.size(), 0U);
        QCOMPARE(found.notes.size(), 1U);
    }
    for (const char* condition : {"state.n = 1", "cost.session > 1", "tokens.session > 1"})
        QCOMPARE(hitsOf({at(StopKind::BeforeTool, condition)}, *trace).notes.size(), 1U);
    QVERIFY(hitsOf({at(StopKind::BeforeTool, "repeat(args) > 1")}, *trace).notes.empty());
}

void TestTraceHits::breakpointsAreSetAtSteps()
{
    const TracePtr trace = everything();
    std::map<std::string, std::string> set;
    for (std::size_t i = 0; i < trace->spanCount(); ++i) {
        const SpanId span(i);
        const std::string_view id = trace->origId(span);
        const auto breakpoint = breakpointAt(*trace, span);
        set[std::string(id.empty() ? trace->name(span) : id)]
            = breakpoint ? breakpoint->toText() : "";
        if (!breakpoint || trace->kind(span) == tracestore::SpanKind::Agent)
            continue;
        // It is about the step where it was set, or about its attempts.
        const auto about = stepsAbout(*breakpoint, *trace);
        QVERIFY(std::ranges::any_of(
            about, [&](SpanId step) { return step == span || trace->parent(step) == span; }));
    }
    QCOMPARE(set["main:2.1.1"], std::string("before tool call search of main"));
    QCOMPARE(set["main/helper:1.1.1"], std::string("before tool call refund of helper"));
    QCOMPARE(set["main:1.1.3"], std::string("before model call small of main"));
    QCOMPARE(set["main:6.1.1"], std::string("hand-off helper"));
    QCOMPARE(set["main:5.1.1"], std::string("user is asked of main"));
    QCOMPARE(set["retry wait"], std::string("retry of main"));
    QCOMPARE(set["plan make"], std::string("plan made or changed of main"));
    QCOMPARE(set["loop_guard warn"], std::string("guard or budget of main"));
}

/// A real run, recorded, closed and opened again.
void TestTraceHits::aRunAndItsRecordingHitTheSame()
{
    const auto call = [](int turn, const char* expression) {
        return tests::json {
            {"when", {{"turn", turn}}},
            {"answer",
             {{"calls", {{{"name", "calculator"}, {"arguments", {{"expression", expression}}}}}}}}};
    };
    const tests::json script {{"version", 1},
                              {"rules",
                               {call(1, "1+1"),
                                call(2, "1 + 1"),
                                call(3, "2+2"),
                                {{"answer", {{"text", "Got {{result}}"}}}}}}};
    tests::SampleRun run(tests::scriptedAgent({{{"name", "calculator"}}}), script);
    const auto file = run.folder->file("made.kymo");
    run.session->recordTo(file);
    run.session->start("Add.");
    QVERIFY(run.reach(RunState::Idle));
    QCOMPARE(run.close(), std::string());
    const auto saved = tests::openFiles({file});
    QVERIFY2(saved.has_value(), saved ? "" : saved.error().message.c_str());
    for (const TracePtr& trace : {*saved, run.live->run.snapshot()}) {
        const auto countOf = [&](const Breakpoint& breakpoint) {
            return hitsOf({breakpoint}, *trace).hits.size();
        };
        QCOMPARE(countOf(at(StopKind::BeforeModel)), 4U);
        QCOMPARE(countOf(at(StopKind::AfterTool)), 3U);
        QCOMPARE(countOf(at(StopKind::Step)), 7U);
        QCOMPARE(countOf(at(StopKind::BeforeTool, "args.expression = 2+2", "calc*")), 1U);
        QCOMPARE(countOf(at(StopKind::BeforeTool, "repeat(args) = 1")), 3U);
        QCOMPARE(countOf(at(StopKind::BeforeTool, "repeat(tool) = 3")), 1U);
        QCOMPARE(countOf(at(StopKind::AfterTool, "result contains 4")), 1U);
        QCOMPARE(countOf(at(StopKind::AfterModel, "output[-1].text contains got")), 1U);
        QVERIFY(countOf(at(StopKind::StateChange)) > 0);
        QVERIFY(countOf(at(StopKind::BeforeTool, "exists state.messages")) == 3U);
        Breakpoint session = at(StopKind::BeforeTool);
        session.scope.session = "tester";
        QCOMPARE(countOf(session), 3U);
        session.scope.session = "other";
        QCOMPARE(countOf(session), 0U);
    }
}

void TestTraceHits::samplesAreWalked_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("OTLP") << QStringLiteral("otlp/otel-gui-sample-trace.json");
    QTest::newRow("Claude Code") << QStringLiteral("claude-code/v2.1.29-large.jsonl");
    QTest::newRow("SWE-agent") << QStringLiteral("swe-agent/v0-ctf-BabyEncryption.traj");
    QTest::newRow("several agents") << QStringLiteral("claude-code/v2.1.33-parallel-subagents");
    QTest::newRow("OpenHands") << QStringLiteral("openhands");
}

/// What is walked is what is there: the hits of each kind are the spans of its kind.
void TestTraceHits::samplesAreWalked()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, file);
    const auto opened = tests::openFiles({tests::samplesDir() / file.toStdString()});
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    const Trace& trace = **opened;
    std::size_t tools = 0;
    std::size_t models = 0;
    std::size_t failed = 0;
    for (const SpanId span : trace.preOrder()) {
        const bool isTool = trace.kind(span) == tracestore::SpanKind::Tool;
        tools += isTool ? 1 : 0;
        models += trace.kind(span) == tracestore::SpanKind::Llm ? 1 : 0;
        failed += isTool && trace.status(span) == tracestore::SpanStatus::Error ? 1 : 0;
    }
    const auto countOf = [&](StopKind kind, const std::string& condition = {}) {
        const TraceHits found = hitsOf({at(kind, condition)}, trace);
        for (const TraceHit& hit : found.hits) {
            if (!hit.hit.problem.empty())
                qWarning("%s", hit.hit.problem.c_str());
        }
        return found.hits.size();
    };
    QCOMPARE(countOf(StopKind::BeforeTool), tools);
    QCOMPARE(countOf(StopKind::AfterTool, "status = error"), failed);
    QCOMPARE(countOf(StopKind::BeforeModel), models);
    QCOMPARE(countOf(StopKind::AfterModel, "kind = llm"), models);
    QCOMPARE(countOf(StopKind::BeforeTool, "calls.session >= 0"), tools);
    // Each call is the first of its kind or repeats one.
    QCOMPARE(countOf(StopKind::BeforeTool, "repeat(args) = 1")
                 + countOf(StopKind::BeforeTool, "repeat(args) > 1")
                 + countOf(StopKind::BeforeTool, "not exists repeat(args)"),
             tools);
    // As the search finds them.
    tracestore::Job job;
    const auto found
        = tracestore::Query::parse("kind = tool and args contains \"the\"").query.value();
    std::size_t searched = 0;
    for (const SpanId span : trace.preOrder()) {
        const auto detail = trace.payloads().detail(span);
        const auto subject = subjectOf(trace, span, detail ? &*detail : nullptr);
        searched += tracestore::evaluateQuery(found, *subject) == tracestore::Truth::True ? 1 : 0;
    }
    QCOMPARE(countOf(StopKind::BeforeTool, "args contains \"the\""), searched);
}

QTEST_GUILESS_MAIN(TestTraceHits)
#include "tst_trace_hits.moc"
