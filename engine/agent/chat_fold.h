#pragma once

#include "engine/agent/chat_state.h"
#include "engine/agent/planning/early_stop.h"
#include "engine/agent/planning/loop_guard.h"
#include "engine/agent/planning/model_routing.h"
#include "engine/agent/planning/tool_selection.h"
#include "engine/agent/special_calls.h"

#include <memory>

namespace engine {

/// What a ChatFold is made of.
struct ChatSetup
{
    std::shared_ptr<const AgentConfig> config;
    std::vector<ToolDefinition> tools; ///< those of `special` are added
    SpecialCalls special;
};

/// The conversation of an agent with a model and its tools, as a fold: ask the model, make the
/// calls it wants, give it the results, until it answers. All planning policies have their place
/// here. What it wants is a function of ChatState, so that a state that was restored or edited goes
/// on as if it had been reached.
class ChatFold
{
public:
    explicit ChatFold(ChatSetup setup);

    AgentStep apply(const AgentEvent& event);

    [[nodiscard]] AgentState state() const { return m_state.toAgentState(); }

    tracestore::Result<void> restore(const nlohmann::json& state);

private:
    using Phase = ChatState::Phase;

    void take(const AgentInput& input, AgentStep& step);
    void take(const TurnAnswered& answered, AgentStep& step);
    void take(const StateEdited& edited, AgentStep& step);

    void takeModel(const Outcome& outcome, AgentStep& step);
    void takeNativeAnswer(tracestore::Message message, const Outcome& outcome, AgentStep& step);
    void takeTextAnswer(tracestore::Message message, AgentStep& step);
    void takeCalls(std::vector<PendingCall> calls, AgentStep& step);
    void takeResults(const std::vector<Outcome>& outcomes, AgentStep& step);
    void takeSummary(const Outcome& outcome, AgentStep& step);
    void takeHandOff(const Outcome& outcome, AgentStep& step);

    void askModel(AgentStep& step);
    [[nodiscard]] ToolSelection toolsToOffer() const;
    bool beginCompression(AgentStep& step);
    void takeUsage(const Outcome& outcome);

    /// Of the conversation: what the provider counted last, and our estimate of what came since.
    [[nodiscard]] std::int64_t tokens() const;
    void correct(const std::string& correction, AgentStep& step);
    bool isStoppedEarly(const std::string& text, bool isAnswer, AgentStep& step);
    bool isLoop(const RememberedCall& call, std::uint32_t warnings, AgentStep& step);

    void finish(AgentResult result, AgentStep& step);
    void stop(tracestore::DecisionMade decision, AgentStep& step);
    void finishDegraded(OutcomeStatus status, std::string reason, AgentStep& step);
    [[nodiscard]] std::string partialAnswer() const;

    void append(tracestore::Message message);
    void appendResult(const PendingCall& call, const std::string& text, bool isError);
    void closeOpenCalls(const std::string& why);

    [[nodiscard]] std::vector<EffectRequest> wants() const;
    [[nodiscard]] ModelCall modelCall() const;
    [[nodiscard]] ModelCall summaryCall() const;
    [[nodiscard]] AgentTask handOffTask() const;

    [[nodiscard]] bool isText() const { return m_setup.config->protocol == ToolProtocol::Text; }

    ChatSetup m_setup;
    EarlyStop m_earlyStop;
    ModelRouting m_routing;
    LoopGuard m_loopGuard; ///< knows m_state.calls
    ChatState m_state;
    std::int64_t m_size = 0; ///< estimated tokens of m_state.messages, without what is uncounted
};

} // namespace engine
