#pragma once

#include "engine/breakpoint/past_of_run.h"
#include "tracestore/analysis/loop_finder.h"
#include "tracestore/base/hash.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace engine {

/// What a run did so far, as conditions ask for it: sums, and how often a call was made. Fed with
/// the effects that pass the gate; costs the same however long the run is. One thread.
class RunHistory final : public PastOfRun
{
public:
    /// Whether end() looks for loops, which costs more than all else here. What it did not look at
    /// is looked at once it does: the last calls are kept.
    void watchLoops(bool doesIt);

    /// A step is about to begin; only its first attempt is a call.
    void begin(const Effect& effect);

    /// It has ended. A finding: the call makes the agent go round in circles, which loopOf() did
    /// not tell of it before. The attempts of a call are one call.
    std::optional<tracestore::LoopFinding> end(const Effect& effect, const Outcome& outcome);

    [[nodiscard]] std::uint64_t repeatsOfArguments(const Effect& effect) const override;
    [[nodiscard]] std::uint64_t repeatsOfTool(const Effect& effect) const override;
    [[nodiscard]] std::uint32_t turnOf(const EffectId& id, const Effect* effect) const override;

    [[nodiscard]] const Sums& sums() const override { return m_sums; }

    /// The loop that a call would complete or go on with, by what is known before its result: equal
    /// calls, as long as they gave equal results, and oscillation.
    [[nodiscard]] std::optional<tracestore::LoopFinding> loopOf(const Effect& effect) const;

private:
    struct AgentCalls;

    /// The call that was hashed last: it is asked for several times.
    struct Hashed
    {
        std::string tool;
        std::string arguments;
        tracestore::ContentHash hash;
    };

    [[nodiscard]] const tracestore::ContentHash& hashOf(const ToolCall& call) const;
    [[nodiscard]] const AgentCalls* callsBefore(const Effect& effect) const;
    void beginCall(const EffectId& id, const ToolCall& call);
    void addSums(const Effect& effect, const Outcome& outcome);

    /// Of an agent.
    struct Turns
    {
        std::uint32_t count = 0;
        std::uint32_t last = 0; ///< list of wants of its last call of a model
    };

    Sums m_sums;
    std::unordered_map<std::string, Turns> m_turns; ///< by path
    bool m_watchesLoops = true;
    mutable std::optional<Hashed> m_hashed;
    std::unordered_map<std::string, std::shared_ptr<AgentCalls>> m_agents; ///< by path
};

} // namespace engine
