#pragma once

#include "engine/debug/debug_status.h"

#include <map>
#include <vector>

namespace engine {

/// The agents of a run that are at work, and what they work on. Fed with the events of the log. One
/// thread.
class CallStack
{
public:
    void take(const tracestore::RunEvent& event);

    /// An effect of the agent is about to begin.
    void reach(const EffectId& effect);

    /// Null where it is not at work.
    [[nodiscard]] const AgentFrame* find(const std::string& path) const;

    /// The number of its last list of wants, as names of effects have it; 0: it has none yet.
    [[nodiscard]] std::uint32_t reachedBy(const std::string& path) const;

    /// The root first, the rest in the order in which they began; without their turns and steps.
    [[nodiscard]] std::vector<AgentFrame> frames() const;

    /// Its name in the configuration; the last part of its path where that is not known.
    [[nodiscard]] std::string nameOf(const std::string& path) const;

    /// Whether an effect belongs to a call: an attempt of it, a part of it, or a step of an agent
    /// that works for it.
    [[nodiscard]] bool isWithin(const EffectId& effect, const EffectId& call) const;

private:
    struct Working
    {
        AgentFrame frame;
        std::int64_t since = 0; ///< number of the event
        std::uint32_t reached = 0; ///< the last list of wants, as names of effects count
    };

    std::map<std::string, Working> m_working; ///< by path
    std::map<std::string, std::string> m_names; ///< of all that were, by path
};

/// The path of the agent above one; empty for the root.
std::string agentAbove(const std::string& path);

} // namespace engine
