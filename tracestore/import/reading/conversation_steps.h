#pragma once

#include "tracestore/import/reading/step_payloads.h"
#include "tracestore/model/trace_builder.h"

#include <unordered_map>

namespace tracestore {

/// The steps of a conversation on their way into a trace, in the order in which a log tells of
/// them: an agent, its turns, in each turn the calls of the model and, behind the call that asked
/// for them, the tools. Turns and agents last as long as what is in them. The input of a call is
/// put together from what was said before. One thread.
class ConversationSteps
{
public:
    /// Where in the conversation the next step stands. Logs whose conversations branch keep it for
    /// each record, and go back to it.
    struct Place
    {
        SpanId scope; ///< what the next step stands below: a turn, or the agent
        std::uint32_t history = 0;
        std::size_t said = 0; ///< messages of the history so far
    };

    /// Both outlive this. `session` and `agent` are those of all steps.
    ConversationSteps(TraceBuilder& builder, StepPayloads& payloads, SessionId session);

    [[nodiscard]] SessionId session() const { return m_session; }

    StepPayloads& payloads() { return m_payloads; }

    TraceBuilder& builder() { return m_builder; }

    [[nodiscard]] SpanId scope() const { return m_place.scope; }

    [[nodiscard]] const Place& place() const { return m_place; }

    void goTo(const Place& place) { m_place = place; }

    /// Adds a step below the scope, unless the record names another parent. The times of what it
    /// stands in follow. Its raw places are what Raw shows.
    SpanId add(SpanRecord record);

    /// Adds an agent and makes it the scope, with an empty history. `agent` is left aside where the
    /// record names one that is known already.
    SpanId addAgent(SpanRecord record, Agent agent);

    /// Adds a turn below `agent` and makes it the scope. `message` is what the user said.
    SpanId addTurn(SpanRecord record,
                   SpanId agent,
                   const RawRef& message,
                   StepPayloads::ReadMessages read);

    /// Adds a call of the model, whose input is all that was said so far.
    SpanId addCall(SpanRecord record);

    /// A message that was said; the calls that follow get it as input.
    void say(const RawRef& message, StepPayloads::ReadMessages read);

    /// Forgets what was said: the calls that follow get what is said from here on.
    void startHistory();

    /// A summary takes the place of what was said before `firstKept`.
    void compact(const RawRef& summary, StepPayloads::ReadMessages read, std::size_t firstKept);

    /// Adds a tool that is found by its toolCallId afterwards.
    SpanId addTool(SpanRecord record);

    /// The last tool of that id; invalid where there is none.
    [[nodiscard]] SpanId findTool(const std::string& callId) const;

    /// A tool gave its result, or failed. `place` is its record.
    void
    endTool(SpanId tool, SpanStatus status, std::optional<Timestamp> time, const RawRef& place);

    /// The tools that got no result: the last call's may still run, others were stopped. For logs
    /// that are written while the agent works.
    void settleOpenTools();

    // What was added can be corrected.
    void addRaw(SpanId span, const RawRef& place);
    void setStatus(SpanId span, SpanStatus status);
    void fail(SpanId span, const SpanError& error);
    void setEnd(SpanId span, std::optional<Timestamp> time);

    [[nodiscard]] bool isOpenTool(SpanId tool) const;

private:
    void widen(SpanId parent, const SpanRecord& child);
    void widen(SpanId parent, std::int64_t ns);
    void copyHistory(const Place& from, std::size_t first);

    TraceBuilder& m_builder;
    StepPayloads& m_payloads;
    SessionId m_session;
    Place m_place;
    std::unordered_map<std::string, SpanId> m_tools; ///< by call id
    std::unordered_map<std::uint32_t, SpanId> m_openTools; ///< by span, with the call before them
    SpanId m_lastCall;
    std::size_t m_copied = 0;
    std::vector<bool> m_isCutHistory;
};

} // namespace tracestore
