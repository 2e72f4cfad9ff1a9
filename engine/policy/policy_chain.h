#pragma once

#include "engine/config/agent_config.h"
#include "engine/policy/delivery_policy.h"
#include "engine/policy/service_names.h"
#include "engine/policy/shared_policy_state.h"
#include "tracestore/base/clock.h"

#include <memory>

namespace engine {

/// The delivery policies of an agent, asked in order.
///
/// Before an attempt: the first that does not let it pass decides. After it: the first that wants
/// another try decides; those before it have seen the outcome, those behind it have not. Outcomes
/// that a policy gave (AnswerWith) have to be handed to after() like others: so a fallback stands
/// in for what a breaker refuses. Once an outcome stands, the call is forgotten.
class PolicyChain : public DeliveryPolicy
{
public:
    explicit PolicyChain(std::vector<std::unique_ptr<DeliveryPolicy>> policies)
        : m_policies(std::move(policies))
    { }

    [[nodiscard]] std::string_view name() const override { return "chain"; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override;

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override;

    void finished(const EffectId& call) override;

    /// The policies in order, for who asks them one by one by the same rules; valid as long as
    /// this.
    [[nodiscard]] std::vector<DeliveryPolicy*> policies() const;

    /// Their names in order.
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::vector<std::unique_ptr<DeliveryPolicy>> m_policies;
};

/// The order in which policies stand: cache, breaker and rate limit see an attempt first and look
/// at every outcome; then retry, fallback, and an old answer at last.
const std::vector<std::string>& defaultPolicyOrder();

/// The chain of the policies that the configuration switches on, in the order given; a name that
/// is not known is left out. `shared` and `random` outlive the chain.
std::unique_ptr<PolicyChain> makePolicyChain(const PolicyConfig& config,
                                             const ServiceNames& names,
                                             SharedPolicyState& shared,
                                             tracestore::Random& random,
                                             const std::vector<std::string>& order
                                             = defaultPolicyOrder());

} // namespace engine
