#pragma once

#include "tracestore/import/chat/chat_message.h"
#include "tracestore/model/trace_builder.h"

#include <deque>
#include <unordered_map>
#include <unordered_set>

namespace tracestore {

/// Makes the steps of a conversation out of its messages: a turn for each of the user, a model
/// call for each of the assistant, a tool for each call that it asks for. The input of a model
/// call is the conversation before it. One thread; use once.
class ChatThread
{
public:
    /// Adds below `root`, which is an agent or session of `session`. Builder and payloads outlive
    /// this.
    ChatThread(TraceBuilder& builder, StepPayloads& payloads, SessionId session, SpanId root);

    /// Adds the steps that a message stands for. `facts` says what the format knows of the model
    /// call (model, tokens, times, name); nothing of it is needed. Gives the main step: the turn,
    /// the call, the tool; invalid for a message that is no step of its own.
    SpanId addMessage(const ChatMessage& message, const SpanRecord& facts = {});

    /// A user's message begins a new turn of this name.
    SpanId addTurn(const ChatMessage& message);

    /// A message that is none of user, assistant and tool.
    SpanId addNote(const ChatMessage& message);

    /// What a tool gave, to the call that asked for it: by its id, else to the oldest without an
    /// answer. Without a call it is a tool of its own.
    SpanId addResult(const ChatResult& result, const RawRef& raw);

    /// A message that the next calls are sent, and no step.
    void remember(const ChatMessage& message);

    /// The model call that was added last; invalid before.
    [[nodiscard]] SpanId lastAnswer() const { return m_lastAnswer; }

    /// The tools that it asked for, in the order of its calls.
    [[nodiscard]] const std::vector<SpanId>& lastTools() const { return m_lastTools; }

    /// A call without a result is left.
    [[nodiscard]] bool hasUnanswered();

    /// Results that were taken for errors by their words.
    [[nodiscard]] std::uint64_t guessedErrors() const { return m_guessedErrors; }

    [[nodiscard]] const std::optional<RawRef>& firstGuess() const { return m_firstGuess; }

private:
    SpanId addAnswer(const ChatMessage& message, SpanRecord facts);
    void addTool(const ChatCall& call, SpanId asked);
    SpanId calledBy(const ChatResult& result);

    [[nodiscard]] SpanId parent() const { return m_turn.isValid() ? m_turn : m_root; }

    TraceBuilder& m_builder;
    StepPayloads& m_payloads;
    SessionId m_session;
    SpanId m_root;
    SpanId m_turn;
    SpanId m_lastAnswer;
    std::vector<SpanId> m_lastTools;
    std::uint32_t m_history;
    std::unordered_map<std::string, SpanId> m_callOfId;
    std::deque<SpanId> m_unanswered; ///< and some that were answered by their id
    std::unordered_set<SpanId> m_answered;
    std::uint64_t m_guessedErrors = 0;
    std::optional<RawRef> m_firstGuess;
};

/// One more record of the source that tells of a span.
void addRaw(SpanColumns& columns, SpanId span, const RawRef& place);

/// Says in the report, once for all threads of a trace, that errors were told by their words.
void reportGuessedErrors(const ChatThread& thread, ImportReport& report);

} // namespace tracestore
