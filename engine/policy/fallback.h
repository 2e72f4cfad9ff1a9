#pragma once

#include "engine/config/agent_config.h"
#include "engine/policy/delivery_policy.h"

#include <set>
#include <unordered_map>

namespace engine {

/// Asks another model or tool in the place of one that failed or is left alone by a breaker. Models
/// are taken in the order of the configuration, each at most once for a call. A tool's stand-in
/// gets the same arguments; the effect class is then that of the stand-in. After a tool that
/// writes or reaches outside has failed, nothing stands in: it may have done its work.
class Fallback : public DeliveryPolicy
{
public:
    explicit Fallback(const FallbackConfig& config)
        : m_config(config)
    { }

    [[nodiscard]] std::string_view name() const override { return "fallback"; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override;

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override;

    void finished(const EffectId& call) override;

private:
    [[nodiscard]] std::optional<EffectRequest> standIn(const EffectRequest& failed,
                                                       const std::set<std::string>& tried) const;

    FallbackConfig m_config;
    std::unordered_map<std::string, std::set<std::string>> m_tried; ///< targets, by call
};

} // namespace engine
