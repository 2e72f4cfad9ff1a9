#include "tracestore/import/codex/codex_thread.h"

#include "tracestore/base/saturated.h"
#include "tracestore/import/codex/codex_payloads.h"

namespace tracestore {
namespace {

    bool isItem(const CodexLine& line)
    {
        return line.record == CodexRecord::UserItem || line.record == CodexRecord::AnswerItem
            || line.record == CodexRecord::ReasoningItem;
    }

    std::optional<std::int64_t> less(std::optional<std::int64_t> sum,
                                     std::optional<std::int64_t> before)
    {
        return sum ? std::optional(saturatedDifference(*sum, before.value_or(0))) : std::nullopt;
    }

    /// Counters begin anew when a conversation is taken up in another process.
    bool isBeyond(const TokenUsage& sum, const TokenUsage& before)
    {
        return sum.total().value_or(0) >= before.total().value_or(0)
            && sum.output.value_or(0) >= before.output.value_or(0);
    }

    TokenUsage growth(const TokenUsage& sum, const TokenUsage& before)
    {
        TokenUsage usage;
        usage.input = less(sum.input, before.input);
        usage.cacheRead = less(sum.cacheRead, before.cacheRead);
        usage.cacheWrite = less(sum.cacheWrite, before.cacheWrite);
        usage.output = less(sum.output, before.output);
        usage.reasoning = less(sum.reasoning, before.reasoning);
        usage.reportedTotal = less(sum.reportedTotal, before.reportedTotal);
        usage.state = UsageState::CumulativeDelta;
        return usage;
    }

} // namespace

CodexSteps::CodexSteps(const CodexThread& thread,
                       AgentLog& log,
                       TraceBuilder& builder,
                       StepPayloads& payloads,
                       std::vector<CodexSpawn>& spawns)
    : m_thread(thread)
    , m_log(log)
    , m_builder(builder)
    , m_payloads(payloads)
    , m_spawns(spawns)
{ }

void CodexSteps::run()
{
    collectSaid();
    if (m_thread.meta.hasInstructions)
        m_log.remember(m_thread.meta.place, readCodexInstructions);
    for (const CodexLine& line : m_thread.lines) {
        m_log.setCopied(line.isCopy);
        step(line);
    }
    m_log.finish();
}

void CodexSteps::collectSaid()
{
    for (const CodexLine& line : m_thread.lines) {
        if (isItem(line) && line.textHash != 0)
            m_said.insert(line.textHash);
        m_hasCompactedRecords = m_hasCompactedRecords || line.record == CodexRecord::Compacted;
    }
}

bool CodexSteps::isSaidByItem(const CodexLine& line) const
{
    return line.textHash == 0 || m_said.contains(line.textHash);
}

void CodexSteps::step(const CodexLine& line)
{
    switch (line.record) {
    case CodexRecord::Context:
        m_model = line.model;
        m_context = line.place;
        return passOver(line);
    case CodexRecord::Tokens:
        return addTokens(line);
    case CodexRecord::TurnBegin:
        return beginTurn(line);
    case CodexRecord::TurnEnd:
    case CodexRecord::TurnAborted:
        return endTurn(line);
    case CodexRecord::Compacted:
    case CodexRecord::CompactedEvent:
        return compact(line);
    case CodexRecord::RolledBack:
        return rollBack(line);
    case CodexRecord::Failure:
        return addFailure(line);
    case CodexRecord::Moment:
        m_payloads.add(
            m_log.addMoment(line.momentKind, text(line.text), text(line.type), recordOf(line)),
            line.place,
            readCodexAttributes);
        return;
    case CodexRecord::CallItem:
    case CodexRecord::OutputItem:
    case CodexRecord::CallBegin:
    case CodexRecord::CallEnd:
        return stepCall(line);
    case CodexRecord::Meta:
    case CodexRecord::Title:
    case CodexRecord::Aside:
        return passOver(line);
    default:
        return stepTalk(line);
    }
}

void CodexSteps::stepTalk(const CodexLine& line)
{
    switch (line.record) {
    case CodexRecord::UserItem:
        return addPrompt(line, readCodexItem);
    case CodexRecord::GivenItem:
        m_log.remember(line.place, readCodexItem);
        return passOver(line);
    case CodexRecord::AgentTalk:
        m_log.closeAnswer();
        m_payloads.addOutput(
            m_log.addMoment(SpanKind::Message, text(line.text), text(line.type), recordOf(line)),
            line.place,
            readCodexItem);
        return m_log.remember(line.place, readCodexItem);
    case CodexRecord::AnswerItem:
    case CodexRecord::ReasoningItem:
        return addAnswer(line, readCodexItem);
    case CodexRecord::UserEvent:
        return isSaidByItem(line) ? passOver(line) : addPrompt(line, readCodexUserEvent);
    case CodexRecord::AnswerEvent:
        return isSaidByItem(line) ? passOver(line) : addAnswer(line, readCodexAnswerEvent);
    case CodexRecord::ReasoningEvent:
        return isSaidByItem(line) ? passOver(line) : addAnswer(line, readCodexReasoningEvent);
    default:
        report(ReportSeverity::Dropped,
               line,
               "Records of this type are not shown as steps; they are in the Raw tab of the turn "
               "or the agent in which they stand.");
        return passOver(line);
    }
}

void CodexSteps::stepCall(const CodexLine& line)
{
    if (line.record == CodexRecord::CallItem)
        return addCall(line);
    if (line.record == CodexRecord::OutputItem)
        return addOutput(line);
    addCallEvent(line);
}

/// What tells of a turn, or repeats what is told, is kept with the turn.
void CodexSteps::passOver(const CodexLine& line)
{
    m_log.addRecord(m_log.container(), recordOf(line));
}

void CodexSteps::openTurn(std::string_view name, const CodexLine& line)
{
    m_log.endTurn(SpanStatus::Unknown);
    m_turns.push_back(m_log.mark());
    const std::string number = "turn " + std::to_string(m_turns.size());
    m_log.beginTurn(name.empty() ? number : name, recordOf(line), text(line.id));
    m_hasPrompt = false;
    m_firstAnswer = {};
    m_isTurnStated = false;
}

void CodexSteps::beginTurn(const CodexLine& line)
{
    const bool isBegun = m_log.turn().isValid() && !m_isTurnStated && !m_firstAnswer.isValid();
    if (isBegun)
        m_builder.columns().origId.set(m_log.turn().index(), line.id);
    else
        openTurn({}, line);
    m_isTurnStated = true;
    passOver(line);
}

void CodexSteps::addPrompt(const CodexLine& line, StepPayloads::ReadMessages read)
{
    m_log.closeAnswer();
    const bool isTurnOpen = m_log.turn().isValid();
    const bool isSteering = isTurnOpen && m_isTurnStated && m_hasPrompt;
    if (!isTurnOpen || (!m_isTurnStated && (m_hasPrompt || m_firstAnswer.isValid())))
        openTurn(text(line.text), line);
    else if (!isSteering)
        m_builder.columns().name.set(m_log.turn().index(), line.text);
    m_hasPrompt = true;
    const SpanId prompt
        = m_log.addMoment(SpanKind::Message, text(line.text), text(line.type), recordOf(line));
    m_payloads.addOutput(prompt, line.place, read);
    m_log.remember(line.place, read);
}

SpanId CodexSteps::openAnswer(const CodexLine& line)
{
    const bool isNew = !m_log.hasOpenAnswer();
    const SpanId answer = m_log.openAnswer({.model = text(m_model),
                                            .provider = m_thread.meta.provider,
                                            .responseId = {},
                                            .origId = text(line.id),
                                            .origKind = text(line.type)},
                                           recordOf(line));
    if (!isNew)
        return answer;
    m_needsUsage = true;
    if (!m_firstAnswer.isValid())
        m_firstAnswer = answer;
    if (m_context)
        m_payloads.add(answer, *m_context, readCodexParameters);
    if (!m_thread.meta.threadId.empty())
        m_payloads.add(answer, m_thread.meta.place, readCodexTools);
    return answer;
}

void CodexSteps::addAnswer(const CodexLine& line, StepPayloads::ReadMessages read)
{
    m_payloads.addOutput(openAnswer(line), line.place, read);
    m_log.remember(line.place, read);
}

void CodexSteps::addCall(const CodexLine& line)
{
    m_payloads.addOutput(openAnswer(line), line.place, readCodexItem);
    m_log.remember(line.place, readCodexItem);
    const AgentLog::Call call {.callId = text(line.callId),
                               .name = text(line.name),
                               .origId = text(line.id),
                               .origKind = text(line.type)};
    const SpanId span = m_log.addCall(call, recordOf(line));
    m_payloads.add(span, line.place, readCodexCall);
    if (line.status != SpanStatus::Unknown)
        m_log.setStatus(span, line.status);
}

void CodexSteps::addOutput(const CodexLine& line)
{
    const SpanId call = m_log.addResult({.callId = text(line.callId),
                                         .name = text(line.name),
                                         .origId = text(line.id),
                                         .origKind = text(line.type)},
                                        recordOf(line));
    m_payloads.add(call, line.place, readCodexOutput);
    m_log.remember(line.place, readCodexItem);
    setOutcome(call, line);
}

/// Events tell of a call that an item tells of too, or of one that only they know.
void CodexSteps::addCallEvent(const CodexLine& line)
{
    SpanId call = m_log.findCall(text(line.callId));
    const bool isEnd = line.record == CodexRecord::CallEnd;
    if (!call.isValid() || (isEnd && !m_ended.insert(call.value).second)) {
        const AgentLog::Call made {.callId = text(line.callId),
                                   .name = text(line.name),
                                   .origId = {},
                                   .origKind = text(line.type)};
        call = m_log.addCall(made, recordOf(line));
        if (isEnd)
            m_ended.insert(m_log.addResult(made, recordOf(line)).value);
    } else {
        m_log.addRecord(call, recordOf(line));
    }
    m_payloads.add(call, line.place, readCodexCallEvent);
    if (!isEnd)
        return;
    setOutcome(call, line);
    // What exec prints has no outputs that would end the answer.
    if (!m_thread.isRollout)
        m_log.closeAnswer();
}

void CodexSteps::setOutcome(SpanId call, const CodexLine& line)
{
    const SpanStatus known = m_builder.columns().status[call.index()];
    if (line.status == SpanStatus::Error && line.text.isEmpty())
        m_log.setStatus(call, SpanStatus::Error);
    else if (line.status == SpanStatus::Error)
        m_log.setError(call,
                       {.type = {}, .message = std::string(text(line.text)), .isRetryable = {}});
    else if (line.status != SpanStatus::Unknown && known != SpanStatus::Error)
        m_log.setStatus(call, line.status);
    if (line.duration)
        m_log.setDuration(call, *line.duration);
    if (line.thread.isEmpty())
        return;
    // The event and the output of a call tell of the same thread.
    const bool isKnown = !m_spawns.empty() && m_spawns.back().call == call;
    if (!isKnown)
        m_spawns.push_back({call, std::string(text(line.thread))});
}

/// The tokens of one call. A counter that is told of twice counts once.
std::optional<TokenUsage> CodexSteps::usageOf(const CodexLine& line)
{
    if (!line.sum)
        return line.usage;
    const std::optional<TokenUsage> before = m_sum;
    m_sum = line.sum;
    if (before && *before == *line.sum)
        return std::nullopt;
    if (before && !isBeyond(*line.sum, *before)) {
        report(ReportSeverity::Note,
               line,
               "The thread's counter of tokens began anew in the middle of the file.");
        return line.usage ? line.usage : line.sum;
    }
    if (line.usage)
        return line.usage;
    return growth(*line.sum, before.value_or(TokenUsage {}));
}

void CodexSteps::addTokens(const CodexLine& line)
{
    const auto usage = usageOf(line);
    if (!usage)
        return passOver(line);
    if (!line.model.isEmpty())
        m_model = line.model;
    SpanId answer = m_log.lastAnswer();
    if (m_log.hasOpenAnswer() || (answer.isValid() && m_needsUsage)) {
        m_log.addRecord(answer, recordOf(line));
    } else {
        // A call of which nothing but its cost was written. When it began nobody can tell.
        answer = openAnswer(line);
        m_builder.columns().start.set(answer.index(), SpanColumns::kNoTime);
    }
    m_builder.setUsage(answer, *usage);
    m_needsUsage = false;
    m_log.closeAnswer();
}

void CodexSteps::endTurn(const CodexLine& line)
{
    // A turn may be told to have ended twice: it was aborted, and it is over.
    const bool isToldAgain
        = !m_log.turn().isValid() && !line.id.isEmpty() && line.id == m_endedTurn;
    if (isToldAgain)
        return passOver(line);
    m_endedTurn = line.id;
    if (!m_log.turn().isValid())
        openTurn({}, line);
    const SpanId turn = m_log.turn();
    passOver(line);
    m_payloads.add(turn, line.place, readCodexAttributes);
    setFirstToken(line);
    if (line.usage && !m_sum) {
        TokenUsage usage = *line.usage;
        usage.state = UsageState::Aggregated;
        m_builder.setUsage(turn, usage);
    }
    if (line.status == SpanStatus::Error)
        m_builder.setError(
            turn, {.type = {}, .message = std::string(text(line.text)), .isRetryable = {}});
    const SpanStatus ended
        = line.record == CodexRecord::TurnAborted ? SpanStatus::Cancelled : SpanStatus::Ok;
    m_log.endTurn(line.status == SpanStatus::Error ? SpanStatus::Error : ended, line.time);
    m_isTurnStated = false;
}

void CodexSteps::setFirstToken(const CodexLine& line)
{
    if (!line.toFirstToken || !m_firstAnswer.isValid())
        return;
    SpanColumns& columns = m_builder.columns();
    const std::int64_t start = columns.start[m_log.turn().index()];
    if (start == SpanColumns::kNoTime)
        return;
    const std::int64_t token = (Timestamp {start} + *line.toFirstToken).ns;
    if (token <= columns.end[m_firstAnswer.index()])
        columns.firstToken.set(m_firstAnswer.index(), token);
}

void CodexSteps::compact(const CodexLine& line)
{
    if (line.record == CodexRecord::CompactedEvent && m_hasCompactedRecords)
        return passOver(line);
    m_log.closeAnswer();
    const SpanId step = m_log.addMoment(
        SpanKind::Compaction, "context compacted", text(line.type), recordOf(line));
    if (line.record == CodexRecord::CompactedEvent)
        return;
    m_payloads.addOutput(step, line.place, readCodexCompacted);
    m_log.forget();
    if (m_thread.meta.hasInstructions)
        m_log.remember(m_thread.meta.place, readCodexInstructions);
    m_log.remember(line.place, readCodexCompacted);
}

void CodexSteps::rollBack(const CodexLine& line)
{
    const auto turns = static_cast<std::size_t>(std::max<std::int64_t>(line.turns, 0));
    const std::size_t left = m_turns.size() - std::min(turns, m_turns.size());
    if (left < m_turns.size()) {
        m_log.rewind(m_turns[left]);
        m_turns.resize(left);
    }
    m_payloads.add(
        m_log.addMoment(SpanKind::StateChange, "rolled back", text(line.type), recordOf(line)),
        line.place,
        readCodexAttributes);
}

void CodexSteps::addFailure(const CodexLine& line)
{
    m_log.closeAnswer();
    const SpanId step = m_log.addError({.type = std::string(text(line.name)),
                                        .message = std::string(text(line.text)),
                                        .isRetryable = {}},
                                       text(line.type),
                                       recordOf(line));
    m_payloads.add(step, line.place, readCodexAttributes);
}

void CodexSteps::report(ReportSeverity severity, const CodexLine& line, std::string_view message)
{
    const std::string_view type = text(line.type);
    m_builder.report().add({.severity = severity,
                            .file = line.place.file.value,
                            .offset = line.place.offset,
                            .line = line.number,
                            .field = type.empty() ? "type" : std::string(type),
                            .message = std::string(message)});
}

} // namespace tracestore
