#pragma once

#include "engine/config/agent_config.h"
#include "engine/policy/delivery_policy.h"
#include "engine/policy/shared_policy_state.h"

namespace engine {

/// Leaves alone what keeps failing (Nygard 2007, "Release It!", circuit breaker), for each model
/// and tool: closed until so many failures came in a row, then open for a while, then half-open:
/// one call goes through as a probe and decides. Only failures of the service count, not those of
/// the request. An open breaker answers with Refused and the type `breaker`.
class CircuitBreaker : public DeliveryPolicy
{
public:
    CircuitBreaker(const BreakerConfig& config, SharedPolicyState& shared)
        : m_config(config)
        , m_shared(shared)
    { }

    [[nodiscard]] std::string_view name() const override { return "breaker"; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override;

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override;

private:
    BreakerConfig m_config;
    SharedPolicyState& m_shared;
};

} // namespace engine
