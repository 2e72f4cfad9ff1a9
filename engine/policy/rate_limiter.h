#pragma once

#include "engine/config/agent_config.h"
#include "engine/policy/delivery_policy.h"
#include "engine/policy/shared_policy_state.h"

namespace engine {

/// Holds calls of models back, for each provider: at most so many at once, first come first served,
/// and so many a minute by a token bucket (Turner 1986, "New directions in communications"), which
/// holds a tenth of a minute's requests as its burst. Every attempt that it lets pass has to come
/// back through after(), also a cancelled one; what is under way when the limiter goes away is let
/// go of.
class RateLimiter : public DeliveryPolicy
{
public:
    RateLimiter(const RateLimitConfig& config, SharedPolicyState& shared)
        : m_config(config)
        , m_shared(shared)
    { }

    ~RateLimiter() override;

    [[nodiscard]] std::string_view name() const override { return "rate_limit"; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override;

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override;

    void finished(const EffectId& call) override;

private:
    [[nodiscard]] std::optional<tracestore::Duration>
    waitForPlace(RateState& state, const std::string& call, tracestore::Timestamp now) const;

    [[nodiscard]] std::optional<tracestore::Duration> waitForToken(RateState& state,
                                                                   tracestore::Timestamp now) const;

    void tellWait(const std::string& call,
                  const std::string& provider,
                  const std::string& reason,
                  tracestore::Duration wait,
                  Decisions& decisions);

    RateLimitConfig m_config;
    SharedPolicyState& m_shared;
    std::map<std::string, std::string> m_running; ///< calls of ours to their provider
    std::set<std::string> m_told; ///< waiting calls whose wait was told: once is enough
};

} // namespace engine
