#pragma once

#include "engine/effect/effect.h"

#include <functional>
#include <memory>

namespace engine {

/// A call of a model that is under way. Destroying it abandons the call: nothing more is heard.
class RunningCall
{
public:
    RunningCall() = default;
    RunningCall(const RunningCall&) = delete;
    RunningCall& operator=(const RunningCall&) = delete;
    virtual ~RunningCall() = default;

    /// Stops it: done comes soon, with Cancelled and what had come.
    virtual void cancel() = 0;
};

/// Who hears of a call. Both come on the engine's thread, from its event loop, never from within
/// the call that starts or cancels.
struct CallHandlers
{
    std::function<void(const ChatDelta&)> delta; ///< may be empty
    std::function<void(Outcome)> done; ///< once
};

/// A place where models can be asked. Lives on the engine's thread and never blocks it.
class Provider
{
public:
    Provider() = default;
    Provider(const Provider&) = delete;
    Provider& operator=(const Provider&) = delete;
    virtual ~Provider() = default;

    /// Begins a call. Failures come through `done` as well: Error with a type that is an HTTP
    /// status or `network`, `timeout`, `protocol`; isRetryable says whether trying again makes
    /// sense.
    [[nodiscard]] virtual std::unique_ptr<RunningCall> start(const ChatRequest& request,
                                                             CallHandlers handlers)
        = 0;

    /// The call was made in a run that is done again, and its answer is recorded: a provider that
    /// counts its calls counts it.
    virtual void passOver(const ChatRequest& request) { static_cast<void>(request); }

    /// Another that stands where this one does, so that calls of it change nothing here. Null: no
    /// call depends on those before it, and this one will do.
    [[nodiscard]] virtual std::shared_ptr<Provider> copy() const { return nullptr; }

    /// Script, where no model is asked; Live otherwise.
    [[nodiscard]] virtual OutcomeOrigin origin() const { return OutcomeOrigin::Live; }
};

} // namespace engine
