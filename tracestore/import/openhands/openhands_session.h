#pragma once

#include "tracestore/import/reading/conversation_steps.h"
#include "tracestore/import/reading/record_text.h"
#include "tracestore/import/reading/report_batch.h"

#include <unordered_map>

namespace tracestore {

/// What both versions of OpenHands events share on their way into a session: the agent, the calls
/// of the model found by the id of their answer, actions found by their id, times without a zone.
class OpenHandsSession
{
public:
    /// All outlive this.
    OpenHandsSession(TraceBuilder& builder,
                     StepPayloads& payloads,
                     ReportBatch& report,
                     Session session);

protected:
    std::optional<Timestamp> timeOf(const JsonView& event, const RecordText& source);

    /// Begins a turn with what the user said, and names the session after it.
    void addPrompt(SpanRecord record,
                   std::string_view text,
                   const RawRef& message,
                   StepPayloads::ReadMessages read);

    /// The call whose answer has an id: the one known, or a new one. It began when the event before
    /// was written. The second value tells whether it is new.
    std::pair<SpanId, bool> callOf(SpanRecord record);

    /// The agent that acts now.
    [[nodiscard]] SpanId agent() const { return m_agents.back(); }

    /// The agent of the whole session.
    [[nodiscard]] SpanId rootAgent() const { return m_agents.front(); }

    void beginAgent(const std::string& name, SpanId startedBy);
    void endAgent();

    [[nodiscard]] bool isInSubAgent() const { return m_agents.size() > 1; }

    TraceBuilder& builder;
    ReportBatch& report;
    ConversationSteps talk;
    std::optional<Timestamp> lastTime; ///< of the event before
    std::unordered_map<std::string, SpanId> actions; ///< by the id of their event

private:
    std::vector<SpanId> m_agents; ///< each started by the one before it
    std::vector<ConversationSteps::Place> m_left;
    std::unordered_map<std::string, SpanId> m_calls; ///< by response id
};

/// The tokens of an answer as OpenHands and LiteLLM count them: `prompt_tokens` includes what was
/// read from a cache and written to it.
std::optional<TokenUsage> openHandsUsage(const JsonView& usage);

} // namespace tracestore
