#include "tracestore/import/reading/conversation_steps.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Messages that may be copied for branches and compactions of one conversation; a file made to
    /// branch everywhere would need the square of its size.
    constexpr std::size_t kMaxCopied = 1'000'000;

    /// Places of one span that stand in its columns; the payloads know all.
    constexpr std::uint32_t kMaxPlaces = 64;

    /// Deeper than any tree of agents; parents of strangers may be chains.
    constexpr int kMaxWidened = 64;

} // namespace

ConversationSteps::ConversationSteps(TraceBuilder& builder,
                                     StepPayloads& payloads,
                                     SessionId session)
    : m_builder(builder)
    , m_payloads(payloads)
    , m_session(session)
{
    startHistory();
}

SpanId ConversationSteps::add(SpanRecord record)
{
    record.session = m_session;
    if (!record.parent.isValid() && record.parentOrigId.empty()) {
        record.parent = m_place.scope;
        record.isParentImplied = record.parent.isValid();
    }
    if (record.timeSource == TimeSource::Unknown && (record.start || record.end))
        record.timeSource = TimeSource::Line;
    const SpanId span = m_builder.addSpan(record);
    for (const RawRef& raw : record.raw)
        m_payloads.addRaw(span, raw);
    widen(record.parent, record);
    return span;
}

SpanId ConversationSteps::addAgent(SpanRecord record, Agent agent)
{
    record.kind = SpanKind::Agent;
    if (!record.agent.isValid())
        record.agent = m_builder.addAgent(std::move(agent));
    const SpanId span = add(std::move(record));
    m_place.scope = span;
    startHistory();
    return span;
}

SpanId ConversationSteps::addTurn(SpanRecord record,
                                  SpanId agent,
                                  const RawRef& message,
                                  StepPayloads::ReadMessages read)
{
    record.kind = SpanKind::Turn;
    record.parent = agent;
    record.isParentImplied = agent.isValid();
    const SpanId turn = add(std::move(record));
    m_payloads.addInput(turn, message, read);
    m_place.scope = turn;
    say(message, read);
    return turn;
}

SpanId ConversationSteps::addCall(SpanRecord record)
{
    record.kind = SpanKind::Llm;
    m_lastCall = add(std::move(record));
    m_payloads.setInput(m_lastCall,
                        {.history = m_place.history,
                         .last = m_place.said,
                         .state = m_isCutHistory[m_place.history] ? ContentState::Truncated
                                                                  : ContentState::Reconstructed});
    return m_lastCall;
}

void ConversationSteps::say(const RawRef& message, StepPayloads::ReadMessages read)
{
    // Something else was said after this place: from here on there are two conversations.
    if (m_payloads.historySize(m_place.history) != m_place.said) {
        const Place before = m_place;
        startHistory();
        copyHistory(before, 0);
    }
    m_payloads.addToHistory(m_place.history, message, read);
    ++m_place.said;
}

void ConversationSteps::startHistory()
{
    m_place.history = m_payloads.addHistory();
    m_place.said = 0;
    m_isCutHistory.resize(m_place.history + 1);
}

void ConversationSteps::compact(const RawRef& summary,
                                StepPayloads::ReadMessages read,
                                std::size_t firstKept)
{
    const Place before = m_place;
    startHistory();
    say(summary, read);
    copyHistory(before, std::min(firstKept, before.said));
}

/// Copies are bounded: of what is too long the end is kept.
void ConversationSteps::copyHistory(const Place& from, std::size_t first)
{
    const std::size_t wanted = from.said - first;
    const std::size_t allowed = std::min(wanted, kMaxCopied - m_copied);
    m_copied += allowed;
    m_payloads.copyToHistory(
        m_place.history,
        {.history = from.history, .first = from.said - allowed, .last = from.said});
    m_place.said += allowed;
    m_isCutHistory[m_place.history] = allowed < wanted || m_isCutHistory[from.history];
}

SpanId ConversationSteps::addTool(SpanRecord record)
{
    record.kind = SpanKind::Tool;
    const std::string callId(record.toolCallId);
    const SpanId tool = add(std::move(record));
    if (!callId.empty())
        m_tools[callId] = tool;
    m_openTools.emplace(tool.value, m_lastCall);
    return tool;
}

SpanId ConversationSteps::findTool(const std::string& callId) const
{
    const auto found = m_tools.find(callId);
    return found == m_tools.end() ? SpanId() : found->second;
}

bool ConversationSteps::isOpenTool(SpanId tool) const
{
    return m_openTools.contains(tool.value);
}

void ConversationSteps::endTool(SpanId tool,
                                SpanStatus status,
                                std::optional<Timestamp> time,
                                const RawRef& place)
{
    m_openTools.erase(tool.value);
    setStatus(tool, status);
    setEnd(tool, time);
    addRaw(tool, place);
}

void ConversationSteps::settleOpenTools()
{
    for (const auto& [tool, call] : m_openTools) {
        if (m_builder.columns().status[tool] == SpanStatus::Unknown)
            setStatus(SpanId(tool),
                      call == m_lastCall ? SpanStatus::Pending : SpanStatus::Cancelled);
    }
}

void ConversationSteps::addRaw(SpanId span, const RawRef& place)
{
    SpanColumns& to = m_builder.columns();
    const std::uint32_t first = to.firstRaw[span.index()];
    const std::uint32_t count = to.rawCount[span.index()];
    m_payloads.addRaw(span, place);
    if (count >= kMaxPlaces)
        return;
    // The places of a span lie side by side; behind those of another they have to move.
    if (first + count != to.raws.size()) {
        to.firstRaw.set(span.index(), static_cast<std::uint32_t>(to.raws.size()));
        for (std::uint32_t i = 0; i < count; ++i)
            to.raws.append(RawRef(to.raws[first + i]));
    }
    to.raws.append(place);
    to.rawCount.set(span.index(), count + 1);
}

void ConversationSteps::setStatus(SpanId span, SpanStatus status)
{
    m_builder.columns().status.set(span.index(), status);
}

void ConversationSteps::fail(SpanId span, const SpanError& error)
{
    setStatus(span, SpanStatus::Error);
    m_builder.setError(span, error);
}

void ConversationSteps::setEnd(SpanId span, std::optional<Timestamp> time)
{
    if (!time)
        return;
    SpanColumns& to = m_builder.columns();
    to.end.set(span.index(), time->ns);
    if (to.timeSource[span.index()] == TimeSource::Unknown)
        to.timeSource.set(span.index(), TimeSource::Line);
    widen(to.parent[span.index()], time->ns);
}

void ConversationSteps::widen(SpanId parent, const SpanRecord& child)
{
    for (const auto& time : {child.start, child.end}) {
        if (time)
            widen(parent, time->ns);
    }
}

/// Turns, agents and sessions that stand around a step last at least as long.
void ConversationSteps::widen(SpanId parent, std::int64_t ns)
{
    SpanColumns& to = m_builder.columns();
    for (int level = 0; parent.isValid() && level < kMaxWidened; ++level) {
        const std::size_t i = parent.index();
        if (to.kind[i] != SpanKind::Turn && to.kind[i] != SpanKind::Agent
            && to.kind[i] != SpanKind::Session)
            return;
        if (to.start[i] == SpanColumns::kNoTime || ns < to.start[i])
            to.start.set(i, ns);
        if (ns > to.start[i] && (to.end[i] == SpanColumns::kNoTime || ns > to.end[i]))
            to.end.set(i, ns);
        if (to.timeSource[i] == TimeSource::Unknown)
            to.timeSource.set(i, TimeSource::Line);
        parent = to.parent[i];
    }
}

} // namespace tracestore
