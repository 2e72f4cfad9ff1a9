#pragma once

#include "tracestore/import/reading/step_payloads.h"
#include "tracestore/model/trace_builder.h"

#include <string>
#include <unordered_map>

namespace tracestore {

/// A record of a log: where it stands, and when it was written.
struct LogRecord
{
    RawRef place;
    std::optional<Timestamp> time;
};

/// Makes steps of what the log of an agent tells, record after record in the order of the file:
/// the agent, its turns, and below them prompts, answers of the model and calls of tools. It knows
/// which answer is open, joins results to calls, keeps the conversation so far for the input of
/// answers, and times steps by the lines that tell of them. One thread; builder and payloads
/// outlive it. Call finish() at the end of the log.
class AgentLog
{
public:
    struct Agent
    {
        SessionId session;
        std::string name;
        std::string origId;
        std::string role;
        SpanId parent; ///< the step that started this agent; invalid for the agent of a session
        bool isParentImplied = false;
        std::optional<RawRef> place {}; ///< of the record that tells of the agent
    };

    /// An answer of a model; what is not known stays empty.
    struct Answer
    {
        std::string_view model;
        std::string_view provider;
        std::string_view responseId;
        std::string_view origId;
        std::string_view origKind;
    };

    /// A call of a tool. A call without an id is answered by the next result that fits none.
    struct Call
    {
        std::string_view callId;
        std::string_view name;
        std::string_view origId;
        std::string_view origKind;
    };

    /// A place in the log to which it can be taken back.
    struct Mark
    {
        std::size_t steps = 0;
        std::uint32_t history = 0;
        std::size_t historySize = 0;
        SpanId turn;
    };

    AgentLog(TraceBuilder& builder, StepPayloads& payloads, const Agent& agent);

    [[nodiscard]] SpanId root() const { return m_root; }

    /// The turn that is open; invalid between turns.
    [[nodiscard]] SpanId turn() const { return m_turn; }

    /// The turn that is open, or else the agent.
    [[nodiscard]] SpanId container() const { return m_turn.isValid() ? m_turn : m_root; }

    /// What is added from now on repeats a record of another log: it does not count.
    void setCopied(bool isCopied) { m_isCopied = isCopied; }

    /// Ends the turn before, if one is open.
    SpanId beginTurn(std::string_view name, const LogRecord& record, std::string_view origId = {});
    void endTurn(SpanStatus status, std::optional<Timestamp> at = {});

    /// A step of one moment: a prompt, an error, a change of state.
    SpanId addMoment(SpanKind kind,
                     std::string_view name,
                     std::string_view origKind,
                     const LogRecord& record);

    /// A step that failed, with the message of the source.
    SpanId addError(const SpanError& error, std::string_view origKind, const LogRecord& record);

    /// The answer that is open, with this record added to it, or a new one. Its input is the
    /// conversation so far; it began when what it answers was written.
    SpanId openAnswer(const Answer& answer, const LogRecord& record);
    void closeAnswer();

    [[nodiscard]] bool hasOpenAnswer() const { return m_isAnswerOpen; }

    /// The last answer, open or not; invalid before the first.
    [[nodiscard]] SpanId lastAnswer() const { return m_answer; }

    SpanId addCall(const Call& call, const LogRecord& record);

    /// The call that has this id, if it has no result yet, which it now has; else a call of which
    /// nothing but the result is known.
    SpanId addResult(const Call& result, const LogRecord& record);

    /// The last call of that id, with or without a result; invalid where there is none.
    [[nodiscard]] SpanId findCall(std::string_view callId) const;

    /// A further record of a step; the times of the step grow to hold it.
    void addRecord(SpanId step, const LogRecord& record);

    /// Sets how a step ended; the message, if any, makes it an error.
    void setStatus(SpanId step, SpanStatus status);
    void setError(SpanId step, const SpanError& error);

    /// A measured length, which tells more than the times of lines.
    void setDuration(SpanId step, Duration length);

    /// Adds messages to the conversation so far.
    void remember(const RawRef& place, StepPayloads::ReadMessages read);

    /// The conversation begins anew (after a compaction): what was remembered is no longer sent.
    void forget();

    [[nodiscard]] Mark mark() const;

    /// Goes back to a mark: what came behind it stays in the trace, on a branch that was left.
    void rewind(const Mark& mark);

    void finish();

private:
    struct OpenCall
    {
        SpanId span;
        SpanId turn;
        bool hasResult = false;
    };

    SpanId addStep(SpanRecord& record, const LogRecord& from);
    void grow(SpanId step, std::optional<Timestamp> time);
    void hasPassed(std::optional<Timestamp> time);
    OpenCall* callOf(std::string_view callId);
    std::string branchName(std::size_t firstStep) const;

    TraceBuilder& m_builder;
    StepPayloads& m_payloads;
    Agent m_agent;
    AgentId m_agentId;
    SpanId m_root;
    SpanId m_turn;
    SpanId m_answer;
    bool m_isAnswerOpen = false;
    bool m_isCopied = false;
    std::optional<Timestamp> m_lastTime; ///< of the last record that was no part of an open answer
    std::uint32_t m_history = 0;
    std::vector<OpenCall> m_calls;
    std::unordered_map<std::string, std::size_t> m_callOfId;
    std::size_t m_firstNameless = 0; ///< calls without an id before this one have a result
    std::vector<SpanId> m_steps; ///< those that were not left
    BranchId m_mainBranch;
};

} // namespace tracestore
