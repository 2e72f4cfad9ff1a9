#pragma once

#include "engine/run/outcome_source.h"

#include <QMetaObject>
#include <QObject>

#include <utility>

namespace engine {

/// An effect that waits for its outcome and gets it from the event loop, once: from a recording, by
/// a policy, or from what runs in its place. Engine's thread.
class LateEffect : public QObject, public RunningEffect
{
public:
    LateEffect(Effect started, EffectHandlers told)
        : effect(std::move(started))
        , handlers(std::move(told))
    { }

    void end(Outcome outcome)
    {
        if (std::exchange(hasEnded, true))
            return;
        QMetaObject::invokeMethod(
            this,
            [this, outcome = std::move(outcome)] {
                const auto done = handlers.done; // who is told may destroy this
                done(outcome);
            },
            Qt::QueuedConnection);
    }

    Effect effect;
    EffectHandlers handlers;
    std::unique_ptr<RunningEffect> running; ///< where it really runs; else null
    bool hasEnded = false;
};

} // namespace engine
