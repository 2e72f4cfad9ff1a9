#pragma once

#include "engine/agent/agent.h"
#include "engine/agent/plan.h"
#include "engine/agent/planning/model_routing.h"
#include "engine/config/agent_config.h"

#include <memory>

namespace engine {

/// Plans first, then acts (Wang et al. 2023, "Plan-and-Solve"): asks its model for a plan of steps
/// that may need each other, has all steps that are ready done side by side by a nested agent (the
/// `executor` or a worker that the plan names), lets the model revise what is left of the plan when
/// a step fails, and asks it for the answer from all results.
class PlannerAgent : public Agent
{
public:
    PlannerAgent(std::shared_ptr<const AgentConfig> config, std::vector<ToolDefinition> tools);

    [[nodiscard]] AgentStep apply(const AgentEvent& event) override;
    [[nodiscard]] AgentState state() const override;
    [[nodiscard]] tracestore::Result<void> restore(const nlohmann::json& state) override;

private:
    enum class Phase : std::uint8_t
    {
        Idle,
        Planning,
        Executing,
        Revising,
        Synthesising
    };

    struct State
    {
        Phase phase = Phase::Idle;
        tracestore::MessageChain messages; ///< the prompt, what users said and what was answered
        std::size_t promptLength = 0;
        tracestore::MessageChain request; ///< of the model call that is under way
        std::string input;
        std::uint32_t turn = 0;
        std::uint32_t corrections = 0;
        std::uint32_t revisions = 0;
        int route = -1;
        Plan plan;
        Spending spent;
        std::string reason; ///< what the result has to say of how it came about
        std::optional<AgentResult> result;
    };

    void take(const AgentInput& input, AgentStep& step);
    void take(const TurnAnswered& answered, AgentStep& step);
    void take(const StateEdited& edited, AgentStep& step);
    void takePlan(const Outcome& outcome, AgentStep& step);
    void takeResults(const std::vector<Outcome>& outcomes, AgentStep& step);
    void takeAnswer(const Outcome& outcome, AgentStep& step);

    void goOn(AgentStep& step);
    void revise(AgentStep& step);
    void ask(Phase phase, const std::string& instruction, AgentStep& step);
    bool isStopped(AgentStep& step);
    void finish(AgentResult result, AgentStep& step);
    void finishDegraded(OutcomeStatus status, std::string reason, AgentStep& step);

    [[nodiscard]] std::vector<EffectRequest> wants() const;
    [[nodiscard]] AgentTask taskOf(const PlanStep& planStep) const;
    [[nodiscard]] std::string planInstruction() const;
    [[nodiscard]] std::set<std::string> workers() const;

    std::shared_ptr<const AgentConfig> m_config;
    std::vector<ToolDefinition> m_tools;
    ModelRouting m_routing;
    State m_state;
};

/// The name of the nested agent that does the steps of a plan.
inline constexpr const char* kExecutorName = "executor";

} // namespace engine
