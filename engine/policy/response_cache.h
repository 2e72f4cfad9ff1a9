#pragma once

#include "engine/config/agent_config.h"
#include "engine/effect/request_fingerprint.h"
#include "engine/policy/delivery_policy.h"
#include "engine/policy/service_names.h"
#include "engine/policy/shared_policy_state.h"

#include <unordered_set>

namespace engine {

/// Keeps answers of models and results of the tools that the configuration names, and gives them
/// for equal requests (see RequestFingerprint) until they are too old. Only good answers are kept,
/// and only of what may be done twice. A kept answer costs nothing, so it comes without tokens and
/// cost, with its age in the note.
///
/// Answers of models are shared by the runs of an engine: provider (its address and the name of its
/// key), model, parameters, tools and all messages have to be equal. Results of tools are of their
/// run: its files, notes and servers need not be those of another. Secrets are placeholders in what
/// is compared and in what is kept.
///
/// An answer that is too old is given all the same when everything else has failed: StaleAnswers
/// asks for that.
class ResponseCache : public DeliveryPolicy
{
public:
    /// `shared` outlives this.
    ResponseCache(const CacheConfig& config, ServiceNames names, SharedPolicyState& shared);

    [[nodiscard]] std::string_view name() const override { return "cache"; }

    [[nodiscard]] bool isShared() const override { return true; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override;

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override;

    void finished(const EffectId& call) override;

    /// Whether there is an answer for the first request of the call, however old.
    [[nodiscard]] bool hasAnyFor(const Effect& effect);

    /// The next attempt of the call is answered with it.
    void serveStale(const Effect& effect);

private:
    [[nodiscard]] bool isKept(const Effect& effect) const;

    /// Where an answer to the request is kept: whose answers these are, and the fingerprint.
    std::string keyOf(const EffectRequest& request);

    /// Of the call's first request: what a fallback is asked is the same question.
    const std::string& firstKeyOf(const Effect& effect);

    CacheConfig m_config;
    ServiceNames m_names;
    SharedPolicyState& m_shared;
    RequestFingerprint m_fingerprint;
    std::unordered_map<std::string, std::string> m_first; ///< call to the key of its answer
    std::unordered_set<std::string> m_stale; ///< calls
};

/// The last resort: an answer that is too old, with its age, where the call has failed for good.
class StaleAnswers : public DeliveryPolicy
{
public:
    /// The action of its decision, which has the call tried again.
    static constexpr const char* kAction = "stale_answer";

    explicit StaleAnswers(ResponseCache& cache)
        : m_cache(cache)
    { }

    [[nodiscard]] std::string_view name() const override { return "degraded"; }

    [[nodiscard]] bool isShared() const override { return true; }

    [[nodiscard]] BeforeAttempt before(const Attempt& attempt, Decisions& decisions) override;

    [[nodiscard]] AfterAttempt
    after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions) override;

private:
    ResponseCache& m_cache; ///< outlives this
};

} // namespace engine
