#pragma once

#include "engine/debug/debug_status.h"
#include "engine/run/gate.h"

#include <vector>

namespace engine {

/// The changes that a user has made of one held step, as long as it has not gone on. One thread.
class StepEdits
{
public:
    /// Changes what is about to be sent, or what came; `path` as EditRequest and EditOutcome have
    /// it. Invalid: why that is none.
    tracestore::Result<void>
    edit(const Gate::Pending& step, const std::string& path, const std::string& value);

    /// In the place of the call, or of what came of it.
    tracestore::Result<void> answer(const Gate::Pending& step, Outcome outcome);

    /// Takes the last back. False where there is none.
    bool undo();

    [[nodiscard]] bool isEmpty() const { return m_changes.empty(); }

    [[nodiscard]] std::vector<PendingEdit> list() const;

    /// The effect as it will be sent.
    [[nodiscard]] Effect edited(const Effect& effect) const;

    /// The outcome as the agent will get it; nothing where there is none yet.
    [[nodiscard]] std::optional<Outcome> edited(const Gate::Pending& step) const;

    /// With what the step goes on.
    [[nodiscard]] Gate::Release release(const Gate::Pending& step) const;

private:
    struct Change
    {
        PendingEdit edit;
        std::optional<Outcome> answer;
    };

    std::vector<Change> m_changes;
};

/// What an action or an order of a user answers a request with.
Outcome outcomeOf(const AnswerAction& answer, const EffectRequest& request);

} // namespace engine
