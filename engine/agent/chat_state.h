#pragma once

#include "engine/agent/agent.h"

namespace engine {

/// A call of a tool that a model asked for. `answer` is there where the fold answers it itself.
struct PendingCall
{
    std::string callId;
    std::string tool;
    std::string arguments; ///< JSON as the model wrote it
    std::optional<std::string> answer;
    bool isError = false;
};

/// What an input has used so far.
struct Spending
{
    double cost = 0; ///< USD; costs in other currencies are not summed
    std::int64_t tokens = 0;
    std::uint32_t steps = 0;
    std::optional<tracestore::Timestamp> begin;
    std::optional<tracestore::Timestamp> last;

    /// Takes an outcome in. Where the time of the input is not known, time runs from the end of the
    /// first outcome.
    void add(const Outcome& outcome, bool isStep);

    [[nodiscard]] double seconds() const;
};

/// A call as the loop guard remembers it.
struct RememberedCall
{
    std::string tool;
    std::string arguments;
    std::string result;
    bool isError = false;
};

/// The newest calls, oldest first: as many as the loop guard looks back over. Each is made JSON of
/// once.
class RememberedCalls
{
public:
    RememberedCalls() = default;
    explicit RememberedCalls(std::vector<RememberedCall> calls);

    void add(RememberedCall call);

    [[nodiscard]] const std::vector<RememberedCall>& list() const { return m_calls; }

    [[nodiscard]] const std::vector<AgentState::Item>& items() const { return m_items; }

private:
    std::vector<RememberedCall> m_calls;
    std::vector<AgentState::Item> m_items;
};

/// All of the state of an agent that talks with a model (ReactAgent, TeamAgent). What it wants
/// follows from it.
struct ChatState
{
    enum class Phase : std::uint8_t
    {
        Idle, ///< waits for an input; `result` is the last one
        Asking, ///< a model call is under way
        Acting, ///< the calls of `pending` are under way
        Summarising, ///< the model call of a compression is under way
        HandedOff ///< a worker has the conversation
    };

    Phase phase = Phase::Idle;
    tracestore::MessageChain messages; ///< the prompt and the conversation
    std::size_t promptLength = 0; ///< messages of the prompt
    std::string input; ///< the last
    std::uint32_t turn = 0; ///< of the input, from 1
    std::uint32_t corrections = 0; ///< in a row
    std::uint32_t warnings = 0; ///< of the loop guard, for the input
    std::uint32_t doubts = 0; ///< texts in a row that sounded unsure
    std::vector<PendingCall> pending;
    int route = -1; ///< of the configuration's routes; -1: the agent's own model
    std::vector<std::string> offered; ///< names of the tools that the model is told of
    Spending spent;
    RememberedCalls calls; ///< for the loop guard
    std::size_t keepFrom = 0; ///< while summarising: the first message that stays
    std::int64_t compressFrom = 0; ///< estimated tokens; 0: as configured
    std::int64_t uncounted = 0; ///< tokens that the provider counted beyond our estimate
    std::string partial; ///< the last text of the model for this input
    std::string handedTo; ///< the worker that has the conversation, or empty
    std::optional<AgentResult> result;

    [[nodiscard]] AgentState toAgentState() const;

    /// Invalid: names the member that makes no sense.
    static tracestore::Result<ChatState> fromJson(const nlohmann::json& json);
};

nlohmann::json toJson(const Spending& spent);
nlohmann::json toJson(const AgentResult& result);

} // namespace engine
