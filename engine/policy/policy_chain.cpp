#include "engine/policy/policy_chain.h"

#include "engine/policy/circuit_breaker.h"
#include "engine/policy/fallback.h"
#include "engine/policy/rate_limiter.h"
#include "engine/policy/response_cache.h"
#include "engine/policy/retry.h"

namespace engine {

using PolicyPtr = std::unique_ptr<DeliveryPolicy>;

namespace {

    struct ChainParts
    {
        const PolicyConfig& config;
        const ServiceNames& names;
        SharedPolicyState& shared;
        tracestore::Random& random;
        ResponseCache* cache = nullptr; ///< of the chain, once it is made
    };

    PolicyPtr makeCache(ChainParts& parts)
    {
        const CacheConfig& config = parts.config.cache;
        if (!config.models && config.tools.empty())
            return nullptr;
        auto cache = std::make_unique<ResponseCache>(config, parts.names, parts.shared);
        parts.cache = cache.get();
        return cache;
    }

    /// Null where the configuration has it switched off.
    PolicyPtr makePolicy(const std::string& name, ChainParts& parts)
    {
        const PolicyConfig& config = parts.config;
        if (name == "cache")
            return makeCache(parts);
        if (name == "breaker" && config.breaker.isOn)
            return std::make_unique<CircuitBreaker>(config.breaker, parts.names, parts.shared);
        if (name == "rate_limit"
            && (config.rateLimit.requestsPerMinute || config.rateLimit.concurrentCalls))
            return std::make_unique<RateLimiter>(config.rateLimit, parts.names, parts.shared);
        if (name == "retry" && config.retry.isOn)
            return std::make_unique<Retry>(config.retry, parts.random);
        if (name == "fallback"
            && (!config.fallback.models.empty() || !config.fallback.tools.empty()))
            return std::make_unique<Fallback>(config.fallback);
        if (name == "degraded" && parts.cache != nullptr)
            return std::make_unique<StaleAnswers>(*parts.cache);
        return nullptr;
    }

} // namespace

BeforeAttempt PolicyChain::before(const Attempt& attempt, Decisions& decisions)
{
    for (const PolicyPtr& policy : m_policies) {
        BeforeAttempt decided = policy->before(attempt, decisions);
        if (!std::holds_alternative<LetPass>(decided))
            return decided;
    }
    return LetPass {};
}

AfterAttempt
PolicyChain::after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions)
{
    for (const PolicyPtr& policy : m_policies) {
        AfterAttempt decided = policy->after(attempt, outcome, decisions);
        if (!std::holds_alternative<Accept>(decided))
            return decided;
    }
    finished(attempt.effect.id);
    return Accept {};
}

void PolicyChain::finished(const EffectId& call)
{
    for (const PolicyPtr& policy : m_policies)
        policy->finished(call);
}

std::vector<DeliveryPolicy*> PolicyChain::policies() const
{
    std::vector<DeliveryPolicy*> policies;
    for (const PolicyPtr& policy : m_policies)
        policies.push_back(policy.get());
    return policies;
}

std::vector<std::string> PolicyChain::names() const
{
    std::vector<std::string> names;
    for (const DeliveryPolicy* policy : policies())
        names.emplace_back(policy->name());
    return names;
}

const std::vector<std::string>& defaultPolicyOrder()
{
    static const std::vector<std::string> order {
        "cache", "breaker", "rate_limit", "retry", "fallback", "degraded"};
    return order;
}

std::unique_ptr<PolicyChain> makePolicyChain(const PolicyConfig& config,
                                             const ServiceNames& names,
                                             SharedPolicyState& shared,
                                             tracestore::Random& random,
                                             const std::vector<std::string>& order)
{
    ChainParts parts {config, names, shared, random};
    std::vector<PolicyPtr> policies;
    for (const std::string& name : order) {
        if (PolicyPtr policy = makePolicy(name, parts))
            policies.push_back(std::move(policy));
    }
    return std::make_unique<PolicyChain>(std::move(policies));
}

} // namespace engine
