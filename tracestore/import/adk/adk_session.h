#pragma once

#include "tracestore/import/reading/conversation_steps.h"
#include "tracestore/import/reading/record_text.h"
#include "tracestore/import/reading/report_batch.h"

#include <deque>
#include <unordered_map>

namespace tracestore {

/// Brings the events of one session into a trace, in their order. Members are named in camel case
/// or, in older files, in snake case.
class AdkSession
{
public:
    /// `document` holds the session, or nothing where events stand alone. All outlive this.
    AdkSession(TraceBuilder& builder,
               StepPayloads& payloads,
               ReportBatch& report,
               const RecordText& source,
               const JsonView& document,
               std::string key);

    void add(const JsonView& event);

    /// When the last event was added.
    void finish();

    static bool isEvent(const JsonView& value);

private:
    /// What was said in one line of the conversation: agents that run in parallel have their own.
    struct Talk
    {
        std::uint32_t history = 0;
        std::size_t said = 0;
    };

    void beginInvocation(const JsonView& event, const std::string& id);
    void addUser(const JsonView& event);
    void addAgentEvent(const JsonView& event);
    SpanId agentOf(const JsonView& event);
    SpanId parentOf(const std::string& branch);
    Talk& talkOf(const JsonView& event);
    void addAnswer(const JsonView& event);
    void addCalls(const JsonView& event);
    void addCall(const JsonView& event, const JsonView& part, const JsonView& call);
    bool addResults(const JsonView& event);
    void answer(const JsonView& event, const JsonView& part, const JsonView& response);
    void addActions(const JsonView& event);
    [[nodiscard]] std::string targetOf(const JsonView& call) const;

    TraceBuilder& m_builder;
    ReportBatch& m_report;
    RecordText m_source;
    ConversationSteps m_steps;
    SpanId m_root;
    SpanId m_turn;
    std::string m_invocation;
    Talk m_main;
    std::unordered_map<std::string, Talk> m_branches;
    std::unordered_map<std::string, SpanId> m_agents; ///< of the invocation, by author and branch
    std::unordered_map<std::string, SpanId> m_byBranch; ///< the last agent of a branch
    std::unordered_map<std::string, AgentId> m_agentIds; ///< by author
    std::unordered_map<std::string, std::deque<SpanId>> m_waiting; ///< calls without ids, by name
    std::unordered_map<std::string, SpanId> m_handoffs; ///< by the agent that is to take over
    std::unordered_map<std::string, Timestamp> m_firstPieces; ///< of a streamed answer, by author
    std::vector<std::string> m_longRunning; ///< calls that go on beyond the run
    std::optional<Timestamp> m_time; ///< of the event that is read
    std::optional<Timestamp> m_lastTime;
};

} // namespace tracestore
