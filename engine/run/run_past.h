#pragma once

#include "engine/run/run_observer.h"

#include <string>

namespace engine {

/// What a run has done before it goes on, for the log of a run that is done again.
class RunPast
{
public:
    RunPast() = default;
    RunPast(const RunPast&) = delete;
    RunPast& operator=(const RunPast&) = delete;
    virtual ~RunPast() = default;

    /// The recorded event that this fact is, once; null where no such is recorded.
    [[nodiscard]] virtual RunEventPtr
    take(const std::string& agent, const std::string& effect, const tracestore::RunFact& fact)
        = 0;

    /// The next event of an effect, or of an agent where that is empty, that was not taken yet;
    /// null where there is none.
    [[nodiscard]] virtual const tracestore::RunEvent* next(const std::string& agent,
                                                           const std::string& effect) const = 0;

    /// The recorded outcome of an effect; null where there is none.
    [[nodiscard]] virtual const tracestore::RunEvent*
    outcomeOf(const std::string& effect) const = 0;

    /// Whether more of an effect is recorded than was taken.
    [[nodiscard]] virtual bool knowsMoreOf(const std::string& effect) const = 0;

    /// Changes that a user made of an effect of which no intent was recorded then.
    [[nodiscard]] virtual std::vector<tracestore::EditMade>
    openEdits(const std::string& effect) const
    {
        static_cast<void>(effect);
        return {};
    }

    /// Whether an effect, or the whole of a call, was dropped since the state of its agent was
    /// changed: nobody hears of it.
    [[nodiscard]] virtual bool wasDiscarded(const std::string& effect) const
    {
        static_cast<void>(effect);
        return false;
    }
};

} // namespace engine
