#pragma once

#include "engine/agent/agent_state.h"
#include "engine/effect/effect.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace engine {

/// The user (or the agent above) says something: the first input, or the next of a conversation.
/// Where the agent is still at work on the one before, that work is given up.
struct AgentInput
{
    std::string text;
    std::optional<tracestore::Timestamp> time; ///< when it was recorded: time budgets begin here
};

/// All that a turn wanted has been answered: an outcome for each want, in the order of the wants,
/// whatever the order in which they arrived.
struct TurnAnswered
{
    std::vector<Outcome> outcomes;
};

/// A user changed the state at a stop.
struct StateEdited
{
    nlohmann::json state;
};

/// Rises when equal events give other steps than in an earlier Kymo.
inline constexpr std::uint32_t kFoldVersion = 2;

using AgentEvent = std::variant<AgentInput, TurnAnswered, StateEdited>;

/// How an agent ended its work on an input.
struct AgentResult
{
    OutcomeStatus status = OutcomeStatus::Ok;
    std::string answer;
    std::string reason; ///< empty where it simply answered
};

/// What an agent gives after an event: wants to be answered, or a result. Never neither.
struct AgentStep
{
    std::vector<EffectRequest> wants; ///< of kind Model, Tool, User or Agent; run side by side
    std::vector<tracestore::DecisionMade> decisions; ///< of its planning policies, in order
    std::optional<AgentResult> result;
};

/// An agent as a fold: state and event give state and wants. No I/O, no clock, no chance, no
/// threads; equal events give equal steps, on every machine and in every time zone. A call of a
/// tool that is not allowed or whose outcome was refused is an outcome like any other.
class Agent
{
public:
    Agent() = default;
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;
    virtual ~Agent() = default;

    [[nodiscard]] virtual AgentStep apply(const AgentEvent& event) = 0;

    /// All of the state, for people to look at and for restore().
    [[nodiscard]] virtual AgentState state() const = 0;

    /// Takes a state that state().toJson() gave, also one that a user has edited. Invalid: says
    /// what of it makes no sense; the agent is as before.
    [[nodiscard]] virtual tracestore::Result<void> restore(const nlohmann::json& state) = 0;
};

} // namespace engine
