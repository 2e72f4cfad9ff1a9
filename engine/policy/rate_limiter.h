#pragma once

#include "engine/config/agent_config.h"
#include "engine/policy/delivery_policy.h"
#include "engine/policy/service_names.h"
#include "engine/policy/shared_policy_state.h"

#include <unordered_map>

namespace engine {

/// Holds calls of models back, for each provider: at most so many at once, first come first served,
/// and so many a minute (TokenBucket). Each of the two is one wait of the length that is needed:
/// until a place is given back, and until the token is there. A call that has a place keeps it
/// while it waits for its token.
///
/// Every attempt that it lets pass has to come back through after() or finished(), also a cancelled
/// one; what is under way when the limiter goes away is let go of.
class RateLimiter : public DeliveryPolicy
{
public:
    /// `shared` outlives this.
    RateLimiter(const RateLimitConfig& config, ServiceNames names, SharedPolicyState& shared)
        : m_config(config)
        , m_names(std::move(names))
        , m_shared(shared)
    { }

    ~RateLimiter() override;

    [[nodiscard]] std::string_view name() const override { return "rate_limit"; }

    [[nodiscard]] bool isShared() const override { return true; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override;

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override;

    void finished(const EffectId& call) override;

private:
    /// How far a call has come.
    struct Call
    {
        std::string service; ///< as ServiceNames names the provider
        std::shared_ptr<Place> place; ///< null: not asked for
        std::optional<TokenBucket::Ticket> token;
        bool waitsForToken = false;
    };

    std::optional<BeforeAttempt>
    waitForPlace(Call& call, const std::string& provider, Decisions& decisions);
    std::optional<BeforeAttempt> waitForToken(Call& call,
                                              const std::string& provider,
                                              tracestore::Timestamp now,
                                              Decisions& decisions);
    void letGo(const Call& call);

    RateLimitConfig m_config;
    ServiceNames m_names;
    SharedPolicyState& m_shared;
    std::unordered_map<std::string, Call> m_calls; ///< by name, ours
};

} // namespace engine
