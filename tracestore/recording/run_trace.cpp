#include "tracestore/recording/run_trace.h"

#include "tracestore/base/json_writer.h"
#include "tracestore/recording/run_trace_data.h"

namespace tracestore {
namespace {

    constexpr const char* kInDoubtType = "in_doubt";
    constexpr const char* kInDoubtMessage
        = "The run was interrupted while this was under way: it may have been done, or not.";

} // namespace

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

void RunTrace::Data::take(const EventPtr& event, const StateChanged&)
{
    // No step of its own: there is one after each turn, and they would be half of the tree.
    states.append({event, agentOf(event->agent).agent, events.size()});
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
    addMoment(event, SpanKind::Event, kRunResumed);
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
