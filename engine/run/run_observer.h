#pragma once

#include "engine/effect/effect.h"

#include <memory>

namespace engine {

using tracestore::RunEventPtr;

/// Watches a run. What it throws harms nobody: it is told once and not called again. Called on the
/// engine's thread; must be quick.
class RunObserver
{
public:
    RunObserver() = default;
    RunObserver(const RunObserver&) = delete;
    RunObserver& operator=(const RunObserver&) = delete;
    virtual ~RunObserver() = default;

    /// Something happened; numbers count without a gap.
    virtual void onEvent(const RunEventPtr& event) = 0;

    /// A piece of a model's answer that is on its way. Not an event: it may be lost.
    virtual void onDelta(const EffectId& effect, const ChatDelta& delta)
    {
        static_cast<void>(effect);
        static_cast<void>(delta);
    }

    /// What a running tool says of its progress.
    virtual void onProgress(const EffectId& effect, const std::string& text)
    {
        static_cast<void>(effect);
        static_cast<void>(text);
    }
};

} // namespace engine
