#include "tracestore/recording/run_trace.h"

#include "tracestore/base/json_writer.h"
#include "tracestore/model/trace_builder.h"
#include "tracestore/recording/run_payloads.h"
#include "tracestore/recording/run_span_words.h"

#include <unordered_map>
#include <unordered_set>

namespace tracestore {
namespace {

    constexpr const char* kInDoubtType = "in_doubt";
    constexpr const char* kInDoubtMessage
        = "The run was interrupted while this was under way: it may have been done, or not.";

    /// Whether an effect may have been done although no outcome is known.
    bool reachesOut(EffectKind kind)
    {
        return kind == EffectKind::Model || kind == EffectKind::Tool;
    }

} // namespace

struct RunTrace::Data
{
    /// An agent by its path, from one start to the next.
    struct RunningAgent
    {
        AgentId agent;
        SpanId span; ///< invalid where its start is not known
    };

    /// What was wanted once, in one attempt or more.
    struct RunCall
    {
        SpanId span;
        EffectKind kind = EffectKind::Model;
        std::uint32_t attempts = 1;
        SpanId lastAttempt; ///< the call's own span while it is the only one
        std::optional<TokenUsage> usage; ///< of the attempts that ended
        std::optional<Cost> cost;
    };

    /// An attempt by the name of its effect.
    struct RunAttempt
    {
        SpanId span;
        std::string call; ///< key of its RunCall
        EffectKind kind = EffectKind::Model;
        bool isOpen = true;
        bool isHeld = false; ///< it was not begun: the debugger holds it
        bool isToldOf = false; ///< the debugger said itself whose outcome it has
        /// When its outcome came, where the debugger held that: it took so long, and no longer.
        std::optional<Timestamp> arrived = {};
    };

    explicit Data(const std::string& title);

    void add(const EventPtr& event);

    void take(const EventPtr& event, const RunStarted& fact);
    void take(const EventPtr& event, const AgentStarted& fact);
    void take(const EventPtr& event, const EffectWanted& fact);
    void addIntent(const EventPtr& event, const EffectWanted& fact);
    void take(const EventPtr& event, const EffectEnded& fact);
    void take(const EventPtr& event, const DecisionMade& fact);
    void take(const EventPtr& event, const StateChanged& fact);
    void take(const EventPtr& event, const EditMade& fact);
    void take(const EventPtr& event, const AgentEnded& fact);
    void take(const EventPtr& event, const RunEnded& fact);
    void take(const EventPtr& event, const RunResumed& fact);

    [[nodiscard]] TracePtr snapshot(bool isInterrupted) const;

    RunningAgent& agentOf(const std::string& path);
    [[nodiscard]] std::string callKey(const RunEvent& event) const;
    [[nodiscard]] SpanId callerOf(const RunEvent& event, const AgentStarted& fact) const;
    [[nodiscard]] SpanId agentSpanOf(const RunEvent& event) const;
    [[nodiscard]] SpanId wholeOf(const RunEvent& event) const;
    [[nodiscard]] SpanId placeOf(const RunEvent& event) const;
    SpanId addSpan(SpanRecord record, const EventPtr& event);
    SpanId addAttempt(const EventPtr& event, const EffectWanted& fact, SpanId parent, bool counts);
    SpanId addMoment(const EventPtr& event, SpanKind kind, std::string_view name);
    void addRetry(RunCall& call, const EventPtr& event, const EffectWanted& fact);
    void splitFirstAttempt(RunCall& call);
    void restart(SpanId call, const EventPtr& event, const EffectWanted& fact);
    void takeDebugger(const EventPtr& event, const DecisionMade& fact);
    void addHeld(const EventPtr& event, const HeldStep& held);
    void beginHeld(RunAttempt& attempt, const EventPtr& event, const EffectWanted& fact);
    void discard(const EventPtr& event);
    SpanId addUnknown(const EventPtr& event, const EffectEnded& fact);
    void finish(SpanId span, const EventPtr& event, const EffectEnded& fact);
    void finishCall(RunCall& call, const EventPtr& event, const EffectEnded& fact);
    void end(SpanId span, Timestamp time, SpanStatus status);
    void note(SpanId span, const EventPtr& event);
    void doubt(const std::string& effect);

    TraceBuilder builder;
    Column<SpanEvents> events; ///< by SpanId
    Column<StateMark> states;
    std::unordered_map<std::string, RunningAgent> agents; ///< by path
    std::unordered_map<std::string, RunCall> calls;
    std::unordered_map<std::string, RunAttempt> attempts; ///< by effect
    std::unordered_set<SpanId> open; ///< began and did not end
    std::unordered_set<SpanId> openOutside; ///< of these, what is in doubt when all breaks off
    EventPtr started;
    SpanId root;
    std::size_t count = 0;
    std::optional<Timestamp> last;
};

RunTrace::Data::Data(const std::string& title)
    : builder({.formatId = "kymo",
               .formatName = "Kymo recording",
               .producerName = {},
               .producerVersion = {},
               .files = {}})
{
    if (!title.empty())
        builder.addFile(title);
    builder.addSession({.key = "run", .outcome = SpanStatus::Pending});
}

void RunTrace::Data::add(const EventPtr& event)
{
    ++count;
    last = last ? std::max(*last, event->time) : event->time;
    std::visit([&](const auto& fact) { take(event, fact); }, event->fact);
}

RunTrace::Data::RunningAgent& RunTrace::Data::agentOf(const std::string& path)
{
    const auto [at, isNew] = agents.try_emplace(path);
    if (isNew)
        at->second.agent = builder.addAgent(
            {.name = path.substr(path.rfind('/') + 1), .origId = path, .role = {}});
    return at->second;
}

/// An agent that is started again counts its effects anew.
std::string RunTrace::Data::callKey(const RunEvent& event) const
{
    const auto agent = agents.find(event.agent);
    const SpanId span = agent == agents.end() ? SpanId() : agent->second.span;
    return std::to_string(span.value) + ' ' + std::string(callOf(event.effect));
}

/// The span below which a matter of one moment stands: that of its call, else its agent's.
SpanId RunTrace::Data::placeOf(const RunEvent& event) const
{
    if (!event.effect.empty()) {
        if (const auto call = calls.find(callKey(event)); call != calls.end())
            return call->second.span;
    }
    return agentSpanOf(event);
}

/// The span of the call of which this is a part (`a:3.2/look_up.1` of `a:3.2`), else its agent's.
SpanId RunTrace::Data::wholeOf(const RunEvent& event) const
{
    std::string key = callKey(event);
    const std::size_t colon = key.rfind(':');
    for (std::size_t slash = key.rfind('/'); slash != std::string::npos && colon < slash;
         slash = key.rfind('/')) {
        key.resize(slash);
        if (const auto whole = calls.find(key); whole != calls.end())
            return whole->second.span;
    }
    return agentSpanOf(event);
}

SpanId RunTrace::Data::agentSpanOf(const RunEvent& event) const
{
    const auto agent = agents.find(event.agent);
    return agent != agents.end() && agent->second.span.isValid() ? agent->second.span : root;
}

SpanId RunTrace::Data::addSpan(SpanRecord record, const EventPtr& event)
{
    record.session = SessionId(0);
    record.timeSource = TimeSource::Exact;
    if (!record.start)
        record.start = event->time;
    if (!event->agent.empty())
        record.agent = agentOf(event->agent).agent;
    const SpanId span = builder.addSpan(record);
    SourceCounts& counts = builder.session(SessionId(0)).counts;
    counts.traces = 1;
    counts.spans = counts.spans.value_or(0) + 1;
    counts.roots = counts.roots.value_or(0) + (record.parent.isValid() ? 0 : 1);
    counts.orphans = 0;
    counts.links = 0;
    events.append({.begin = event, .end = nullptr, .notes = nullptr});
    return span;
}

void RunTrace::Data::end(SpanId span, Timestamp time, SpanStatus status)
{
    SpanColumns& columns = builder.columns();
    columns.end.set(span.index(), time.ns);
    columns.status.set(span.index(), status);
    open.erase(span);
    openOutside.erase(span);
}

void RunTrace::Data::note(SpanId span, const EventPtr& event)
{
    // More than anybody looks at, and few enough to be copied; the log has all of them.
    constexpr std::size_t kMaxNotes = 256;
    SpanEvents changed = events[span.index()];
    auto notes = changed.notes == nullptr ? std::vector<EventPtr>() : *changed.notes;
    if (notes.size() == kMaxNotes)
        return;
    notes.push_back(event);
    changed.notes = std::make_shared<const std::vector<EventPtr>>(std::move(notes));
    events.set(span.index(), std::move(changed));
}

void RunTrace::Data::take(const EventPtr& event, const RunStarted& fact)
{
    started = event;
    Session& session = builder.session(SessionId(0));
    session.title = runTitle(fact.input.empty() ? fact.name : fact.input);
    const std::size_t blank = fact.program.find(' ');
    session.producerName = fact.program.substr(0, blank);
    if (blank != std::string::npos)
        session.producerVersion = fact.program.substr(blank + 1);
    session.started = event->time;
    session.attributesJson.clear();
    JsonWriter(session.attributesJson)
        .beginObject()
        .memberIfAny("agent", fact.name)
        .memberIfAny("program", fact.program)
        .member("is_scripted", fact.isScripted)
        .member("fold_version", fact.foldVersion)
        .endObject();
    builder.origin().producerName = session.producerName;
    builder.origin().producerVersion = session.producerVersion;
}

/// The effect that asked for an agent, else the agent above it in its path.
SpanId RunTrace::Data::callerOf(const RunEvent& event, const AgentStarted& fact) const
{
    if (const auto caller = attempts.find(fact.caller); caller != attempts.end())
        return caller->second.span;
    const std::size_t slash = event.agent.rfind('/');
    if (slash == std::string::npos)
        return {};
    const auto above = agents.find(event.agent.substr(0, slash));
    return above == agents.end() ? SpanId() : above->second.span;
}

void RunTrace::Data::take(const EventPtr& event, const AgentStarted& fact)
{
    RunningAgent& agent = agentOf(event->agent);
    Agent& known = builder.agent(agent.agent);
    if (!fact.name.empty())
        known.name = fact.name;
    known.role = fact.role;
    SpanRecord record;
    record.kind = SpanKind::Agent;
    record.name = fact.name.empty() ? std::string_view(known.name) : fact.name;
    record.origId = event->agent;
    record.status = SpanStatus::Pending;
    record.parent = callerOf(*event, fact);
    const SpanId span = addSpan(record, event);
    agent.span = span;
    open.insert(span);
    if (root.isValid() || record.parent.isValid())
        return;
    root = span;
    if (started != nullptr)
        note(span, started);
}

SpanId RunTrace::Data::addAttempt(const EventPtr& event,
                                  const EffectWanted& fact,
                                  SpanId parent,
                                  bool counts)
{
    SpanRecord record;
    record.kind = kindOf(fact.kind);
    record.name = fact.name;
    if (fact.kind == EffectKind::Timer && fact.name.empty())
        record.name = "wait";
    record.origKind = toWord(fact.kind);
    record.origId = event->effect;
    record.parent = parent;
    record.status = SpanStatus::Pending;
    record.requestedModel = fact.kind == EffectKind::Model ? fact.name : std::string_view();
    record.provider = fact.provider;
    record.toolCallId = fact.callId;
    record.countsInTotals = counts;
    const SpanId span = addSpan(record, event);
    open.insert(span);
    if (reachesOut(fact.kind))
        openOutside.insert(span);
    return span;
}

void RunTrace::Data::take(const EventPtr& event, const EffectWanted& fact)
{
    const auto held = attempts.find(event->effect);
    if (held != attempts.end() && held->second.isHeld && held->second.kind == fact.kind)
        beginHeld(held->second, event, fact);
    else
        addIntent(event, fact);
}

void RunTrace::Data::addIntent(const EventPtr& event, const EffectWanted& fact)
{
    const std::string key = callKey(*event);
    const auto known = calls.find(key);
    SpanId span;
    if (fact.kind == EffectKind::Timer) {
        // A wait before the next attempt has a name of its own or that of its call.
        span = addAttempt(event, fact, placeOf(*event), true);
    } else if (known != calls.end() && known->second.kind == fact.kind) {
        addRetry(known->second, event, fact);
        span = known->second.lastAttempt;
    } else {
        span = addAttempt(event, fact, wholeOf(*event), true);
        calls.insert_or_assign(key, RunCall {.span = span, .kind = fact.kind, .lastAttempt = span});
    }
    attempts.insert_or_assign(event->effect, RunAttempt {span, key, fact.kind});
}

/// The second attempt makes the call a span of its own, with a child for each attempt.
void RunTrace::Data::addRetry(RunCall& call, const EventPtr& event, const EffectWanted& fact)
{
    if (call.attempts == 1)
        splitFirstAttempt(call);
    ++call.attempts;
    const SpanId before = call.lastAttempt;
    call.lastAttempt = addAttempt(event, fact, call.span, false);
    builder.addLink({.from = call.lastAttempt, .to = before, .kind = LinkKind::RetryOf});
    restart(call.span, event, fact);
}

void RunTrace::Data::splitFirstAttempt(RunCall& call)
{
    const SpanEvents first = events[call.span.index()];
    const auto* wanted
        = first.begin == nullptr ? nullptr : std::get_if<EffectWanted>(&first.begin->fact);
    if (wanted == nullptr)
        return;
    const SpanId span = addAttempt(first.begin, *wanted, call.span, false);
    call.lastAttempt = span;
    SpanEvents copied = first;
    events.set(span.index(), copied);
    if (const auto attempt = attempts.find(first.begin->effect); attempt != attempts.end())
        attempt->second.span = span;
    if (first.end != nullptr)
        finish(span, first.end, std::get<EffectEnded>(first.end->fact));
    else if (first.isInDoubt)
        doubt(first.begin->effect);
}

/// Makes the span of a call that of its latest attempt, which is under way.
void RunTrace::Data::restart(SpanId call, const EventPtr& event, const EffectWanted& fact)
{
    SpanColumns& columns = builder.columns();
    const std::size_t i = call.index();
    SpanEvents changed = events[i];
    changed.begin = event;
    changed.end = nullptr;
    changed.isInDoubt = false;
    events.set(i, std::move(changed));
    columns.end.set(i, SpanColumns::kNoTime);
    columns.status.set(i, SpanStatus::Pending);
    columns.error.set(i, SpanId::kNone);
    columns.name.set(i, builder.intern(fact.name));
    columns.provider.set(i, builder.intern(fact.provider));
    if (fact.kind == EffectKind::Model)
        columns.requestedModel.set(i, builder.intern(fact.name));
    open.insert(call);
    if (reachesOut(fact.kind))
        openOutside.insert(call);
}

void RunTrace::Data::take(const EventPtr& event, const EffectEnded& fact)
{
    const auto found = attempts.find(event->effect);
    if (found == attempts.end()) {
        finish(addUnknown(event, fact), event, fact);
        return;
    }
    RunAttempt& attempt = found->second;
    if (!attempt.isOpen)
        return note(attempt.span, event);
    attempt.isOpen = false;
    finish(attempt.span, event, fact);
    if (attempt.arrived)
        builder.columns().end.set(attempt.span.index(), attempt.arrived->ns);
    // The log says it with the outcome alone; who looks at the steps is to see it, too.
    const bool isStep = attempt.kind == EffectKind::Model || attempt.kind == EffectKind::Tool;
    if (isStep && !attempt.isToldOf && fact.origin == OutcomeOrigin::User
        && fact.status != OutcomeStatus::Cancelled)
        addMoment(event, SpanKind::Event, kAnsweredByUser);
    // What an agent spent is that of its own calls, which count.
    if (attempt.kind == EffectKind::Agent && (fact.usage || fact.cost))
        builder.columns().countsInTotals.set(attempt.span.index(), 0);
    const auto call = calls.find(attempt.call);
    if (call != calls.end() && call->second.kind == attempt.kind)
        finishCall(call->second, event, fact);
}

/// The span of an outcome whose intent is not known: it was damaged.
SpanId RunTrace::Data::addUnknown(const EventPtr& event, const EffectEnded& fact)
{
    SpanRecord record;
    record.kind = fact.output.empty() ? SpanKind::Tool : SpanKind::Llm;
    record.name = event->effect;
    record.origId = event->effect;
    record.parent = placeOf(*event);
    const SpanId span = addSpan(record, event);
    builder.columns().start.set(span.index(), SpanColumns::kNoTime);
    events.set(span.index(), {.begin = nullptr, .end = nullptr, .notes = nullptr});
    return span;
}

void RunTrace::Data::finish(SpanId span, const EventPtr& event, const EffectEnded& fact)
{
    SpanColumns& columns = builder.columns();
    const std::size_t i = span.index();
    SpanEvents changed = events[i];
    changed.end = event;
    changed.isInDoubt = false;
    events.set(i, std::move(changed));
    end(span, event->time, statusOf(fact.status));
    columns.error.set(i, SpanId::kNone);
    if (const auto error = errorOf(fact.status, fact.error, fact.note))
        builder.setError(span, *error);
    columns.respondedModel.set(i, builder.intern(fact.respondedModel));
    columns.responseId.set(i, builder.intern(fact.responseId));
    columns.firstToken.set(i, fact.firstToken ? fact.firstToken->ns : SpanColumns::kNoTime);
    if (fact.usage)
        builder.setUsage(span, *fact.usage);
    if (fact.cost)
        builder.setCost(span, *fact.cost);
    // What a cache answers was counted when it was asked for first.
    if (fact.origin == OutcomeOrigin::Cache)
        columns.countsInTotals.set(i, 0);
}

/// The call of an attempt that ended: it counts what all its attempts took.
void RunTrace::Data::finishCall(RunCall& call, const EventPtr& event, const EffectEnded& fact)
{
    const bool isLast = attempts.at(event->effect).span == call.lastAttempt;
    if (call.attempts > 1 && isLast)
        finish(call.span, event, fact);
    if (fact.origin != OutcomeOrigin::Cache) {
        if (fact.usage)
            call.usage = call.usage ? sumOf(*call.usage, *fact.usage) : *fact.usage;
        if (fact.cost && call.cost && call.cost->currency == fact.cost->currency)
            call.cost->amount += fact.cost->amount;
        else if (fact.cost && !call.cost)
            call.cost = fact.cost;
    }
    if (call.attempts == 1)
        return;
    if (call.usage)
        builder.setUsage(call.span, *call.usage);
    if (call.cost)
        builder.setCost(call.span, *call.cost);
    builder.columns().countsInTotals.set(call.span.index(), call.kind != EffectKind::Agent);
}

SpanId RunTrace::Data::addMoment(const EventPtr& event, SpanKind kind, std::string_view name)
{
    SpanRecord record;
    record.kind = kind;
    record.name = name;
    record.origKind = typeWord(event->fact);
    record.parent = placeOf(*event);
    record.end = event->time;
    record.status = SpanStatus::Ok;
    return addSpan(record, event);
}

void RunTrace::Data::take(const EventPtr& event, const DecisionMade& fact)
{
    if (fact.policy == kDebuggerPolicy)
        takeDebugger(event, fact);
    else
        addMoment(event, kindOf(fact), fact.policy + ' ' + fact.action);
}

/// What the debugger noted of a step may come before any intent of it.
void RunTrace::Data::takeDebugger(const EventPtr& event, const DecisionMade& fact)
{
    const auto known = attempts.find(event->effect);
    const auto held = known == attempts.end() ? heldStepOf(fact) : std::nullopt;
    if (held && callOf(event->effect) != event->effect)
        addHeld(event, *held);
    if (fact.action == "discard")
        discard(event);
    if (const auto of = attempts.find(event->effect); of != attempts.end())
        of->second.isToldOf
            = of->second.isToldOf || fact.action == "answer" || fact.action == "fault";
    if (fact.action != "hold")
        addMoment(event, SpanKind::Event, nameOfDebugger(fact));
    else if (known != attempts.end()) {
        note(known->second.span, event);
        if (!known->second.arrived && isHeldAfter(fact))
            known->second.arrived = event->time;
    } else if (const SpanId agent = agentSpanOf(*event); !held && agent.isValid())
        note(agent, event);
}

/// A pending step that is not begun: nothing of it is in doubt when all breaks off.
void RunTrace::Data::addHeld(const EventPtr& event, const HeldStep& held)
{
    addIntent(event, EffectWanted {.kind = held.kind, .name = held.name});
    RunAttempt& attempt = attempts.at(event->effect);
    attempt.isHeld = true;
    openOutside.erase(attempt.span);
    if (const auto call = calls.find(attempt.call); call != calls.end())
        openOutside.erase(call->second.span);
}

/// The intent of a step that was held takes its span over.
void RunTrace::Data::beginHeld(RunAttempt& attempt, const EventPtr& event, const EffectWanted& fact)
{
    attempt.isHeld = false;
    restart(attempt.span, event, fact);
    SpanColumns& columns = builder.columns();
    const std::size_t i = attempt.span.index();
    columns.start.set(i, event->time.ns);
    columns.toolCallId.set(i, builder.intern(fact.callId));
    const auto call = calls.find(attempt.call);
    if (call != calls.end() && call->second.span != attempt.span && call->second.kind == fact.kind)
        restart(call->second.span, event, fact);
}

/// The step will not be begun any more, or what came of it is wanted by nobody.
void RunTrace::Data::discard(const EventPtr& event)
{
    const auto attempt = attempts.find(event->effect);
    if (attempt == attempts.end())
        return;
    if (attempt->second.isHeld) {
        attempt->second.isOpen = false;
        end(attempt->second.span, event->time, SpanStatus::Cancelled);
        const auto call = calls.find(attempt->second.call);
        if (call != calls.end() && open.contains(call->second.span))
            end(call->second.span, event->time, SpanStatus::Cancelled);
    }
    note(attempt->second.span, event);
}

void RunTrace::Data::take(const EventPtr& event, const StateChanged&)
{
    // No step of its own: there is one after each turn, and they would be half of the tree.
    states.append({event, agentOf(event->agent).agent, events.size()});
}

void RunTrace::Data::take(const EventPtr& event, const EditMade& fact)
{
    addMoment(event, SpanKind::Event, "edit " + fact.path);
    if (const auto attempt = attempts.find(event->effect); attempt != attempts.end())
        note(attempt->second.span, event);
}

void RunTrace::Data::take(const EventPtr& event, const AgentEnded& fact)
{
    const SpanId span = agentOf(event->agent).span;
    if (!span.isValid())
        return;
    SpanEvents changed = events[span.index()];
    changed.end = event;
    events.set(span.index(), std::move(changed));
    end(span, event->time, statusOf(fact.status));
    if (const auto error = errorOf(fact.status, {}, fact.reason))
        builder.setError(span, *error);
}

void RunTrace::Data::take(const EventPtr& event, const RunEnded& fact)
{
    Session& session = builder.session(SessionId(0));
    session.outcome = statusOf(fact.status);
    session.ended = event->time;
}

void RunTrace::Data::take(const EventPtr& event, const RunResumed& fact)
{
    addMoment(event, SpanKind::Event, "run resumed");
    for (const std::string& effect : fact.inDoubt)
        doubt(effect);
}

/// Settles that nobody knows what became of an effect, of its attempt and of its call.
void RunTrace::Data::doubt(const std::string& effect)
{
    const auto found = attempts.find(effect);
    if (found == attempts.end())
        return;
    const auto settle = [&](SpanId span) {
        SpanEvents changed = events[span.index()];
        changed.isInDoubt = true;
        events.set(span.index(), std::move(changed));
        builder.columns().status.set(span.index(), SpanStatus::Error);
        builder.setError(span, {kInDoubtType, kInDoubtMessage, false});
        open.erase(span);
        openOutside.erase(span);
    };
    settle(found->second.span);
    const auto call = calls.find(found->second.call);
    if (call != calls.end() && call->second.lastAttempt == found->second.span
        && call->second.span != found->second.span)
        settle(call->second.span);
}

TracePtr RunTrace::Data::snapshot(bool isInterrupted) const
{
    Trace::Data data = builder.data();
    Column<SpanEvents> spans = events;
    data.report.addMapped(count);
    if (isInterrupted) {
        std::uint32_t error = SpanId::kNone;
        for (const SpanId span : open) {
            const bool isInDoubt = openOutside.contains(span);
            data.spans.status.set(span.index(),
                                  isInDoubt ? SpanStatus::Error : SpanStatus::Cancelled);
            if (!isInDoubt)
                continue;
            if (error == SpanId::kNone) {
                error = static_cast<std::uint32_t>(data.spans.errors.size());
                data.spans.errors.append({kInDoubtType, kInDoubtMessage, false});
            }
            data.spans.error.set(span.index(), error);
            SpanEvents changed = spans[span.index()];
            changed.isInDoubt = true;
            spans.set(span.index(), std::move(changed));
        }
        Session& session = data.sessions.front();
        if (!session.ended) {
            session.outcome = SpanStatus::Unknown;
            session.ended = last;
        }
    }
    data.payloads = std::make_shared<const RunPayloads>(std::move(spans), states);
    return std::make_shared<const Trace>(std::move(data));
}

RunTrace::RunTrace(std::string title)
    : m_data(std::make_unique<Data>(title))
{ }

RunTrace::RunTrace(RunTrace&&) noexcept = default;
RunTrace& RunTrace::operator=(RunTrace&&) noexcept = default;
RunTrace::~RunTrace() = default;

void RunTrace::add(RunEventPtr event)
{
    m_data->add(event);
}

std::size_t RunTrace::eventCount() const
{
    return m_data->count;
}

TracePtr RunTrace::snapshot(bool isInterrupted) const
{
    return m_data->snapshot(isInterrupted);
}

} // namespace tracestore
