#pragma once

#include "engine/effect/effect.h"

#include <cstdint>

namespace engine {

/// What a run did up to a moment, as conditions ask for it.
class PastOfRun
{
public:
    PastOfRun() = default;
    PastOfRun(const PastOfRun&) = default;
    PastOfRun(PastOfRun&&) = default;
    PastOfRun& operator=(const PastOfRun&) = default;
    PastOfRun& operator=(PastOfRun&&) = default;
    virtual ~PastOfRun() = default;

    /// What a call would be: how often this agent has made it with equal arguments, this time
    /// included (`repeat(args)`); how often it has called the tool in a row (`repeat(tool)`). The
    /// same before and after begin(). 0: it is no call of a tool by the agent itself, but by a
    /// model or as a part of another tool.
    [[nodiscard]] virtual std::uint64_t repeatsOfArguments(const Effect& effect) const = 0;
    [[nodiscard]] virtual std::uint64_t repeatsOfTool(const Effect& effect) const = 0;

    /// The turn in which a step stands: calls of the model that its agent has made, this one
    /// included. Where it made none, the list of wants that the step is named after.
    [[nodiscard]] virtual std::uint32_t turnOf(const EffectId& id, const Effect* effect) const = 0;

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

        bool operator==(const Sums&) const = default;

        [[nodiscard]] bool knowsCost() const { return isCostTold || !isCostOwed; }

        [[nodiscard]] bool knowsTokens() const { return areTokensTold || !isCostOwed; }
    };

    /// Of the whole run (`cost.session`, `tokens.session` ...).
    [[nodiscard]] virtual const Sums& sums() const = 0;
};

} // namespace engine
