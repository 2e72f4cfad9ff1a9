#pragma once

#include "engine/effect/effect.h"

#include <functional>
#include <memory>
#include <string>

namespace engine {

/// An effect that is under way. Destroying it abandons it: nothing more is heard.
class RunningEffect
{
public:
    RunningEffect() = default;
    RunningEffect(const RunningEffect&) = delete;
    RunningEffect& operator=(const RunningEffect&) = delete;
    virtual ~RunningEffect() = default;

    /// Stops it within a second: done comes with Cancelled and what had come.
    virtual void cancel() = 0;
};

struct EffectHandlers
{
    std::function<void(const ChatDelta&)> delta;
    std::function<void(const std::string&)> progress;
    std::function<void(Outcome)> done; ///< once, from the event loop, never from within start()
};

/// Where outcomes come from: the world, a recording, a user. The gate knows no more than this.
class OutcomeSource
{
public:
    OutcomeSource() = default;
    OutcomeSource(const OutcomeSource&) = delete;
    OutcomeSource& operator=(const OutcomeSource&) = delete;
    virtual ~OutcomeSource() = default;

    [[nodiscard]] virtual std::unique_ptr<RunningEffect> start(const Effect& effect,
                                                               EffectHandlers handlers)
        = 0;

    /// An effect that this source was asked for in a run that is done again: its outcome is
    /// recorded. It is not started; but who counts calls or keeps something of them does so now.
    virtual void passOver(const Effect& effect, const Outcome& outcome)
    {
        static_cast<void>(effect);
        static_cast<void>(outcome);
    }
};

} // namespace engine
