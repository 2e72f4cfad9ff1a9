#pragma once

#include "engine/effect/effect.h"
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
class RunHistory
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

    /// What a call would be: how often this agent has made it with equal arguments, this time
    /// included (`repeat(args)`); how often it has called the tool in a row (`repeat(tool)`). The
    /// same before and after begin(). 0: it is no call of a tool by the agent itself, but by a
    /// model or as a part of another tool.
    [[nodiscard]] std::uint64_t repeatsOfArguments(const Effect& effect) const;
    [[nodiscard]] std::uint64_t repeatsOfTool(const Effect& effect) const;

    /// The loop that a call would complete or go on with, by what is known before its result: equal
    /// calls, as long as they gave equal results, and oscillation.
    [[nodiscard]] std::optional<tracestore::LoopFinding> loopOf(const Effect& effect) const;

    /// The turn in which a step stands: calls of the model that its agent has made, this one
    /// included. Where it made none, the list of wants that the step is named after.
    [[nodiscard]] std::uint32_t turnOf(const EffectId& id, const Effect* effect) const;

    struct Sums
    {
        double cost = 0; ///< USD
        std::int64_t tokens = 0;
        std::int64_t calls = 0; ///< of models and tools
        std::int64_t modelCalls = 0;
        std::int64_t toolCalls = 0;
        std::int64_t errors = 0; ///< failed attempts of models and tools
        bool isCostTold = false; ///< some step said what it cost, in USD
        bool areTokensTold = false;
        bool isCostOwed = false; ///< a model has answered, which costs something

        [[nodiscard]] bool knowsCost() const { return isCostTold || !isCostOwed; }

        [[nodiscard]] bool knowsTokens() const { return areTokensTold || !isCostOwed; }
    };

    /// Of the whole run (`cost.session`, `tokens.session` ...).
    [[nodiscard]] const Sums& sums() const { return m_sums; }

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
