#pragma once

#include "engine/config/agent_config.h"
#include "engine/policy/delivery_policy.h"
#include "tracestore/base/clock.h"

#include <unordered_map>

namespace engine {

/// Tries again what failed for a while: always after the same delay, or with exponential back-off
/// and jitter (Brooker 2015, "Exponential Backoff And Jitter"; jitter 1 is its "full jitter").
/// Retry-After wins where it is longer. Only what may be done twice is done twice: models, and
/// tools that read. The tries are counted anew for each model that is asked.
class Retry : public DeliveryPolicy
{
public:
    Retry(const RetryConfig& config, tracestore::Random& random)
        : m_config(config)
        , m_random(random)
    { }

    [[nodiscard]] std::string_view name() const override { return "retry"; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override;

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override;

    void finished(const EffectId& call) override;

private:
    struct Tries
    {
        std::string target;
        std::uint32_t count = 0;
    };

    tracestore::Duration delayBefore(std::uint32_t nextTry);

    RetryConfig m_config;
    tracestore::Random& m_random; ///< outlives this
    std::unordered_map<std::string, Tries> m_tries; ///< by call
};

} // namespace engine
