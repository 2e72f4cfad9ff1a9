#pragma once

#include "engine/config/agent_config.h"
#include "engine/policy/delivery_policy.h"
#include "engine/policy/service_names.h"
#include "engine/policy/shared_policy_state.h"

namespace engine {

/// Leaves alone what keeps failing (Nygard 2007, "Release It!", circuit breaker), for each model
/// and tool: closed until so many failures came in a row, then open for a while, then half-open:
/// one call goes through as a probe and decides. Only failures of the service count, not those of
/// the request. An open breaker answers with Refused and the type `breaker`.
class CircuitBreaker : public DeliveryPolicy
{
public:
    /// `shared` outlives this.
    CircuitBreaker(const BreakerConfig& config, ServiceNames names, SharedPolicyState& shared)
        : m_config(config)
        , m_names(std::move(names))
        , m_shared(shared)
    { }

    ~CircuitBreaker() override;

    [[nodiscard]] std::string_view name() const override { return "breaker"; }

    [[nodiscard]] bool isShared() const override { return true; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override;

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override;

    void finished(const EffectId& call) override;

private:
    [[nodiscard]] bool isOurs(const BreakerState& state, const std::string& call) const;
    void fail(BreakerState& state, const Attempt& attempt, Decisions& decisions);

    BreakerConfig m_config;
    ServiceNames m_names;
    SharedPolicyState& m_shared;
    std::map<std::string, std::string> m_probes; ///< calls of ours to what they try
};

} // namespace engine
