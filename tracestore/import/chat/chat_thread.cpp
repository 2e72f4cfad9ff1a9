#include "tracestore/import/chat/chat_thread.h"

#include <algorithm>

namespace tracestore {

ChatThread::ChatThread(TraceBuilder& builder,
                       StepPayloads& payloads,
                       SessionId session,
                       SpanId root)
    : m_builder(builder)
    , m_payloads(payloads)
    , m_session(session)
    , m_root(root)
    , m_history(payloads.addHistory())
{ }

SpanId ChatThread::addMessage(const ChatMessage& message, const SpanRecord& facts)
{
    SpanId span;
    if (message.role == Role::Assistant || !message.calls.empty()) {
        span = addAnswer(message, facts);
    } else if (!message.results.empty()) {
        for (const ChatResult& result : message.results)
            span = addResult(result, message.place);
    } else if (message.role == Role::User) {
        span = addTurn(message);
    } else if (message.role == Role::System && !m_turn.isValid() && !m_lastAnswer.isValid()) {
        m_payloads.addInput(m_root, message.place, message.read);
    } else {
        span = addNote(message);
    }
    remember(message);
    return span;
}

void ChatThread::remember(const ChatMessage& message)
{
    m_payloads.addToHistory(m_history, message.place, message.read);
}

bool ChatThread::hasUnanswered()
{
    while (!m_unanswered.empty() && m_answered.contains(m_unanswered.front()))
        m_unanswered.pop_front();
    return !m_unanswered.empty();
}

SpanId ChatThread::addTurn(const ChatMessage& message)
{
    m_turn = m_builder.addSpan({.session = m_session,
                                .kind = SpanKind::Turn,
                                .name = message.title.empty() ? "user" : message.title,
                                .origKind = message.word,
                                .parent = m_root,
                                .isParentImplied = true,
                                .raw = {message.place}});
    m_payloads.addInput(m_turn, message.place, message.read);
    m_payloads.addRaw(m_turn, message.place);
    return m_turn;
}

SpanId ChatThread::addNote(const ChatMessage& message)
{
    const SpanId note
        = m_builder.addSpan({.session = m_session,
                             .kind = SpanKind::Message,
                             .name = message.name.empty() ? message.word : message.name,
                             .origKind = message.word,
                             .parent = parent(),
                             .isParentImplied = true,
                             .raw = {message.place}});
    m_payloads.addInput(note, message.place, message.read);
    m_payloads.addRaw(note, message.place);
    return note;
}

SpanId ChatThread::addAnswer(const ChatMessage& message, SpanRecord facts)
{
    const std::string_view model
        = facts.respondedModel.empty() ? facts.requestedModel : facts.respondedModel;
    if (facts.name.empty())
        facts.name = !model.empty() ? model
            : !message.name.empty() ? message.name
                                    : toWord(Role::Assistant);
    facts.session = m_session;
    facts.kind = SpanKind::Llm;
    facts.origKind = message.word;
    facts.parent = parent();
    facts.isParentImplied = true;
    if (facts.status == SpanStatus::Unknown)
        facts.status = SpanStatus::Ok;
    if (facts.raw.empty())
        facts.raw = {message.place};
    const SpanId span = m_builder.addSpan(facts);
    if (message.input)
        m_payloads.addInput(span, *message.input, readMessages);
    else
        m_payloads.setInput(span,
                            {.history = m_history, .last = m_payloads.historySize(m_history)});
    m_payloads.addOutput(span, message.place, message.read);
    for (const RawRef& raw : facts.raw)
        m_payloads.addRaw(span, raw);
    m_lastAnswer = span;
    m_lastTools.clear();
    for (const ChatCall& call : message.calls)
        addTool(call, span);
    // Tools that the provider runs answer within the message.
    for (const ChatResult& result : message.results)
        addResult(result, message.place);
    return span;
}

void ChatThread::addTool(const ChatCall& call, SpanId asked)
{
    const SpanId tool = m_builder.addSpan({.session = m_session,
                                           .kind = SpanKind::Tool,
                                           .name = call.name.empty() ? "tool" : call.name,
                                           .parent = parent(),
                                           .isParentImplied = true,
                                           .toolCallId = call.id,
                                           .raw = {call.place}});
    m_payloads.add(tool, call.place, call.read);
    m_payloads.addRaw(tool, call.place);
    m_builder.addLink({.from = tool, .to = asked, .kind = LinkKind::AnswersCall});
    if (!call.id.empty())
        m_callOfId[call.id] = tool;
    m_unanswered.push_back(tool);
    m_lastTools.push_back(tool);
}

SpanId ChatThread::addResult(const ChatResult& result, const RawRef& raw)
{
    SpanId tool = calledBy(result);
    if (!tool.isValid())
        tool = m_builder.addSpan({.session = m_session,
                                  .kind = SpanKind::Tool,
                                  .name = result.toolName.empty() ? "tool" : result.toolName,
                                  .parent = parent(),
                                  .isParentImplied = true,
                                  .toolCallId = result.callId});
    m_payloads.add(tool, result.place, result.read);
    m_payloads.addRaw(tool, raw);
    SpanColumns& columns = m_builder.columns();
    addRaw(columns, tool, raw);
    columns.status.set(tool.index(), result.error ? SpanStatus::Error : SpanStatus::Ok);
    if (!result.error)
        return tool;
    m_builder.setError(tool, *result.error);
    if (result.isErrorGuessed && m_guessedErrors++ == 0)
        m_firstGuess = result.place;
    return tool;
}

SpanId ChatThread::calledBy(const ChatResult& result)
{
    SpanId call;
    const auto known = m_callOfId.find(result.callId);
    if (!result.callId.empty() && known != m_callOfId.end())
        call = known->second;
    else if (result.callId.empty() && hasUnanswered())
        call = m_unanswered.front();
    // A second result of the same id is a step of its own: neither may be lost.
    return call.isValid() && m_answered.insert(call).second ? call : SpanId();
}

void addRaw(SpanColumns& columns, SpanId span, const RawRef& place)
{
    const std::size_t first = columns.firstRaw[span.index()];
    const std::size_t count = columns.rawCount[span.index()];
    // The places of a span stand one after another: where others came between, they move.
    if (first + count != columns.raws.size()) {
        columns.firstRaw.set(span.index(), static_cast<std::uint32_t>(columns.raws.size()));
        for (std::size_t i = 0; i < count; ++i)
            columns.raws.append(RawRef(columns.raws[first + i]));
    }
    columns.raws.append(place);
    columns.rawCount.set(span.index(), static_cast<std::uint32_t>(count + 1));
}

void reportGuessedErrors(const ChatThread& thread, ImportReport& report)
{
    if (thread.guessedErrors() == 0)
        return;
    report.add({.severity = ReportSeverity::Guessed,
                .file = thread.firstGuess()->file.value,
                .offset = thread.firstGuess()->offset,
                .field = "tool result",
                .message = "The file does not mark tools that failed; results that begin as error "
                           "messages do were taken for failures.",
                .count = thread.guessedErrors()});
}

} // namespace tracestore
