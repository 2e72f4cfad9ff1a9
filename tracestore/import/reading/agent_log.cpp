#include "tracestore/import/reading/agent_log.h"

#include <algorithm>

namespace tracestore {

AgentLog::AgentLog(TraceBuilder& builder, StepPayloads& payloads, const Agent& agent)
    : m_builder(builder)
    , m_payloads(payloads)
    , m_agent(agent)
    , m_agentId(builder.addAgent({.name = agent.name, .origId = agent.origId, .role = agent.role}))
    , m_history(payloads.addHistory())
{
    SpanRecord record;
    record.session = agent.session;
    record.kind = SpanKind::Agent;
    record.name = agent.name;
    record.origId = agent.origId;
    record.parent = agent.parent;
    record.isParentImplied = agent.isParentImplied;
    record.agent = m_agentId;
    if (agent.place)
        record.raw = {*agent.place};
    m_root = m_builder.addSpan(record);
    if (agent.place)
        m_payloads.addRaw(m_root, *agent.place);
}

SpanId AgentLog::addStep(SpanRecord& record, const LogRecord& from)
{
    record.session = m_agent.session;
    record.agent = m_agentId;
    if (!record.parent.isValid())
        record.parent = container();
    record.isParentImplied = true;
    record.countsInTotals = !m_isCopied;
    if (from.time) {
        record.start = record.start ? std::min(*record.start, *from.time) : *from.time;
        record.end = from.time;
        record.timeSource = TimeSource::Line;
    }
    record.raw = {from.place};
    const SpanId span = m_builder.addSpan(record);
    m_payloads.addRaw(span, from.place);
    m_steps.push_back(span);
    grow(m_root, from.time);
    if (m_turn.isValid())
        grow(m_turn, from.time);
    return span;
}

void AgentLog::grow(SpanId step, std::optional<Timestamp> time)
{
    if (!time)
        return;
    SpanColumns& columns = m_builder.columns();
    const std::size_t i = step.index();
    if (columns.start[i] == SpanColumns::kNoTime || time->ns < columns.start[i])
        columns.start.set(i, time->ns);
    if (columns.end[i] == SpanColumns::kNoTime || time->ns > columns.end[i])
        columns.end.set(i, time->ns);
    if (columns.timeSource[i] == TimeSource::Unknown)
        columns.timeSource.set(i, TimeSource::Line);
}

void AgentLog::hasPassed(std::optional<Timestamp> time)
{
    if (time)
        m_lastTime = time;
}

SpanId AgentLog::beginTurn(std::string_view name, const LogRecord& record, std::string_view origId)
{
    endTurn(SpanStatus::Unknown);
    SpanRecord turn;
    turn.kind = SpanKind::Turn;
    turn.name = name;
    turn.origId = origId;
    turn.parent = m_root;
    m_turn = addStep(turn, record);
    hasPassed(record.time);
    return m_turn;
}

void AgentLog::endTurn(SpanStatus status, std::optional<Timestamp> at)
{
    closeAnswer();
    if (!m_turn.isValid())
        return;
    grow(m_turn, at);
    grow(m_root, at);
    hasPassed(at);
    if (status != SpanStatus::Unknown)
        m_builder.columns().status.set(m_turn.index(), status);
    m_turn = {};
}

SpanId AgentLog::addMoment(SpanKind kind,
                           std::string_view name,
                           std::string_view origKind,
                           const LogRecord& record)
{
    SpanRecord step;
    step.kind = kind;
    step.name = name;
    step.origKind = origKind;
    if (!m_isAnswerOpen)
        hasPassed(record.time);
    return addStep(step, record);
}

SpanId
AgentLog::addError(const SpanError& error, std::string_view origKind, const LogRecord& record)
{
    const SpanId step
        = addMoment(SpanKind::Error, error.type.empty() ? "error" : error.type, origKind, record);
    setError(step, error);
    return step;
}

SpanId AgentLog::openAnswer(const Answer& answer, const LogRecord& record)
{
    if (m_isAnswerOpen) {
        addRecord(m_answer, record);
        return m_answer;
    }
    SpanRecord step;
    step.kind = SpanKind::Llm;
    step.name = answer.model.empty() ? "model call" : answer.model;
    step.origKind = answer.origKind;
    step.origId = answer.origId;
    step.respondedModel = answer.model;
    step.provider = answer.provider;
    step.responseId = answer.responseId;
    step.start = m_lastTime;
    step.status = SpanStatus::Ok;
    m_answer = addStep(step, record);
    if (m_lastTime && record.time && *m_lastTime < *record.time)
        m_builder.columns().timeSource.set(m_answer.index(), TimeSource::Inferred);
    m_payloads.setInput(m_answer,
                        {.history = m_history,
                         .first = 0,
                         .last = m_payloads.historySize(m_history),
                         .state = ContentState::Reconstructed});
    m_isAnswerOpen = true;
    return m_answer;
}

void AgentLog::closeAnswer()
{
    if (!m_isAnswerOpen)
        return;
    m_isAnswerOpen = false;
    const std::int64_t end = m_builder.columns().end[m_answer.index()];
    if (end != SpanColumns::kNoTime)
        m_lastTime = Timestamp {end};
}

SpanId AgentLog::addCall(const Call& call, const LogRecord& record)
{
    SpanRecord step;
    step.kind = SpanKind::Tool;
    step.name = call.name.empty() ? "tool" : call.name;
    step.origKind = call.origKind;
    step.origId = call.origId;
    step.toolCallId = call.callId;
    step.status = SpanStatus::Pending;
    const SpanId span = addStep(step, record);
    // When it ended the result will tell.
    m_builder.columns().end.set(span.index(), SpanColumns::kNoTime);
    if (!call.callId.empty())
        m_callOfId[std::string(call.callId)] = m_calls.size();
    m_calls.push_back({.span = span, .turn = m_turn});
    if (m_isAnswerOpen)
        m_builder.addLink({.from = span,
                           .to = m_answer,
                           .toTraceId = {},
                           .toOrigId = {},
                           .kind = LinkKind::AnswersCall,
                           .attributesJson = {}});
    return span;
}

/// The call that a result answers: that of its id, or else the oldest without an id and a result.
AgentLog::OpenCall* AgentLog::callOf(std::string_view callId)
{
    if (const auto found = m_callOfId.find(std::string(callId)); found != m_callOfId.end())
        return m_calls[found->second].hasResult ? nullptr : &m_calls[found->second];
    const SpanColumns& columns = m_builder.columns();
    for (; m_firstNameless < m_calls.size(); ++m_firstNameless) {
        OpenCall& call = m_calls[m_firstNameless];
        if (!call.hasResult && columns.toolCallId[call.span.index()].isEmpty())
            return &call;
    }
    return nullptr;
}

SpanId AgentLog::addResult(const Call& result, const LogRecord& record)
{
    closeAnswer();
    hasPassed(record.time);
    OpenCall* call = callOf(result.callId);
    if (call == nullptr) {
        addCall(result, record);
        call = &m_calls.back();
    } else {
        addRecord(call->span, record);
    }
    call->hasResult = true;
    SpanColumns& columns = m_builder.columns();
    if (columns.status[call->span.index()] == SpanStatus::Pending)
        columns.status.set(call->span.index(), SpanStatus::Ok);
    return call->span;
}

SpanId AgentLog::findCall(std::string_view callId) const
{
    const auto found = m_callOfId.find(std::string(callId));
    return found == m_callOfId.end() ? SpanId() : m_calls[found->second].span;
}

void AgentLog::addRecord(SpanId step, const LogRecord& record)
{
    m_payloads.addRaw(step, record.place);
    grow(step, record.time);
    grow(m_root, record.time);
    if (m_turn.isValid())
        grow(m_turn, record.time);
}

void AgentLog::setStatus(SpanId step, SpanStatus status)
{
    m_builder.columns().status.set(step.index(), status);
}

void AgentLog::setError(SpanId step, const SpanError& error)
{
    setStatus(step, SpanStatus::Error);
    m_builder.setError(step, error);
}

void AgentLog::setDuration(SpanId step, Duration length)
{
    SpanColumns& columns = m_builder.columns();
    const std::int64_t end = columns.end[step.index()];
    if (length.ns <= 0 || end == SpanColumns::kNoTime)
        return;
    columns.start.set(step.index(), (Timestamp {end} + Duration {-length.ns}).ns);
    columns.timeSource.set(step.index(), TimeSource::Exact);
}

void AgentLog::remember(const RawRef& place, StepPayloads::ReadMessages read)
{
    m_payloads.addToHistory(m_history, place, read);
}

void AgentLog::forget()
{
    m_history = m_payloads.addHistory();
}

AgentLog::Mark AgentLog::mark() const
{
    return {m_steps.size(), m_history, m_payloads.historySize(m_history), m_turn};
}

std::string AgentLog::branchName(std::size_t firstStep) const
{
    const std::string_view name
        = m_builder.text(m_builder.columns().name[m_steps[firstStep].index()]);
    return name.empty() ? "left" : std::string(name);
}

void AgentLog::rewind(const Mark& mark)
{
    closeAnswer();
    m_history = m_payloads.addHistory(mark.history, mark.historySize);
    m_turn = mark.turn;
    if (mark.steps >= m_steps.size())
        return;
    if (!m_mainBranch.isValid())
        m_mainBranch = m_builder.addBranch({.name = "active", .parent = {}, .forkedAt = {}});
    const BranchId left
        = m_builder.addBranch({.name = branchName(mark.steps),
                               .parent = m_mainBranch,
                               .forkedAt = mark.steps == 0 ? m_root : m_steps[mark.steps - 1],
                               .isActive = false});
    // Each step is left once, so many rewinds cost no more than the steps there are.
    for (; m_steps.size() > mark.steps; m_steps.pop_back())
        m_builder.columns().branch.set(m_steps.back().index(), left);
}

void AgentLog::finish()
{
    closeAnswer();
    SpanColumns& columns = m_builder.columns();
    for (const OpenCall& call : m_calls) {
        if (columns.status[call.span.index()] != SpanStatus::Pending || call.hasResult)
            continue;
        const bool isLast = call.turn == m_turn;
        const bool isCancelled
            = call.turn.isValid() && columns.status[call.turn.index()] == SpanStatus::Cancelled;
        columns.status.set(call.span.index(),
                           isCancelled  ? SpanStatus::Cancelled
                               : isLast ? SpanStatus::Pending
                                        : SpanStatus::Unknown);
    }
    if (m_mainBranch.isValid()) {
        columns.branch.set(m_root.index(), m_mainBranch);
        for (const SpanId step : m_steps)
            columns.branch.set(step.index(), m_mainBranch);
    }
    m_turn = {};
}

} // namespace tracestore
