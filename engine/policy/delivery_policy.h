#pragma once

#include "engine/effect/effect.h"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace engine {

/// An attempt to get a call answered, as the policies see it.
struct Attempt
{
    const Effect& effect; ///< with the request as it will be sent
    std::uint32_t number = 1;
    tracestore::Timestamp now;
};

/// Let it through.
struct LetPass
{ };

/// Wait so long, or until it is woken up where that is there, then ask all policies again. The wait
/// is one recorded effect: a replay takes its end from there, since what it waits for may hang on
/// other runs.
struct WaitFirst
{
    tracestore::Duration duration;
    std::string reason = {}; ///< beside the name of the policy
    std::shared_ptr<WakeUp> until = {};
};

/// Do not start it: this is its outcome (a cached answer, a refusal).
struct AnswerWith
{
    Outcome outcome;
};

using BeforeAttempt = std::variant<LetPass, WaitFirst, AnswerWith>;

/// The outcome stands.
struct Accept
{ };

/// Try again after so long, with another request where one is given (a fallback model or tool).
struct TryAgain
{
    tracestore::Duration delay;
    std::optional<EffectRequest> instead;
};

using AfterAttempt = std::variant<Accept, TryAgain>;

/// One decision about the attempts of calls: retry, circuit breaker, fallback, cache, rate limit.
/// Pure but for its own state: time comes with the attempt, chance by the constructor. Each thing
/// it decides is told through `decisions`. One thread.
class DeliveryPolicy
{
public:
    using Decisions = std::vector<tracestore::DecisionMade>;

    DeliveryPolicy() = default;
    DeliveryPolicy(const DeliveryPolicy&) = delete;
    DeliveryPolicy& operator=(const DeliveryPolicy&) = delete;
    virtual ~DeliveryPolicy() = default;

    /// The word under which its decisions stand in the trace.
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// Whether it goes by what runs share: then a run that is done again takes what it decided from
    /// the recording, for the other runs are not there.
    [[nodiscard]] virtual bool isShared() const { return false; }

    [[nodiscard]] virtual BeforeAttempt before(const Attempt& attempt, Decisions& decisions) = 0;

    [[nodiscard]] virtual AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions)
        = 0;

    /// The call has its outcome, or was given up: what is remembered of it can be forgotten.
    virtual void finished(const EffectId& call) { static_cast<void>(call); }
};

} // namespace engine
