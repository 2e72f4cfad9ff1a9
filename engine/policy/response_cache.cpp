#include "engine/policy/response_cache.h"

#include "engine/effect/decision.h"
#include "engine/policy/error_class.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

namespace {

    /// The end of a key, which may be shown: what stands before it is an address.
    std::string fingerprintIn(const std::string& key)
    {
        return key.substr(key.rfind(' ') + 1);
    }

} // namespace

ResponseCache::ResponseCache(const CacheConfig& config,
                             ServiceNames names,
                             SharedPolicyState& shared)
    : m_config(config)
    , m_names(std::move(names))
    , m_shared(shared)
{ }

BeforeAttempt ResponseCache::before(const Attempt& attempt, Decisions& decisions)
{
    if (!isKept(attempt.effect))
        return LetPass {};
    const AnswerStore::Entry* const entry = m_shared.answers.find(firstKeyOf(attempt.effect));
    const bool isStale = m_stale.contains(callKey(attempt.effect));
    if (entry == nullptr)
        return LetPass {};
    const tracestore::Duration age = attempt.now - entry->stored;
    if (age > m_config.age && !isStale)
        return LetPass {};
    const std::string note = "kept for " + durationText(age);
    decisions.push_back(policyDecision(name(),
                                       isStale ? "use_stale" : "use",
                                       "The answer was " + note + '.',
                                       {{"age_ms", age.ns / 1'000'000},
                                        {"longest_ms", m_config.age.ns / 1'000'000},
                                        {"fingerprint", fingerprintIn(entry->key)}}));
    Outcome answer = entry->outcome;
    answer.origin = OutcomeOrigin::Cache;
    answer.note = note;
    answer.end = attempt.now;
    return AnswerWith {std::move(answer)};
}

AfterAttempt
ResponseCache::after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions)
{
    const bool isOwn
        = (outcome.origin == OutcomeOrigin::Live || outcome.origin == OutcomeOrigin::Script
           || outcome.origin == OutcomeOrigin::Recording)
        && outcome.note != kEditedNote;
    if (!outcome.isOk() || !isOwn || !isKept(attempt.effect))
        return Accept {};
    // What a stand-in answered is an answer to its own request, not to the first one.
    const std::string key = keyOf(attempt.effect.request);
    Outcome kept = outcome;
    kept.cost.reset();
    kept.firstToken.reset();
    if (kept.response)
        kept.response->usage.reset();
    m_shared.answers.store(key, std::move(kept), attempt.now);
    decisions.push_back(policyDecision(
        name(), "store", "The answer is kept.", {{"fingerprint", fingerprintIn(key)}}));
    return Accept {};
}

void ResponseCache::finished(const EffectId& call)
{
    const std::string key = call.withAttempt(0).toText();
    m_first.erase(key);
    m_stale.erase(key);
}

bool ResponseCache::hasAnyFor(const Effect& effect)
{
    return isKept(effect) && m_shared.answers.find(firstKeyOf(effect)) != nullptr;
}

void ResponseCache::serveStale(const Effect& effect)
{
    m_stale.insert(callKey(effect));
}

bool ResponseCache::isKept(const Effect& effect) const
{
    if (!isRepeatable(effect))
        return false;
    if (const auto* const call = std::get_if<ToolCall>(&effect.request))
        return std::find(m_config.tools.begin(), m_config.tools.end(), call->tool)
            != m_config.tools.end();
    return m_config.models;
}

std::string ResponseCache::keyOf(const EffectRequest& request)
{
    return m_names.answersOf(request) + m_fingerprint.of(request);
}

const std::string& ResponseCache::firstKeyOf(const Effect& effect)
{
    const auto [place, isNew] = m_first.try_emplace(callKey(effect));
    if (isNew)
        place->second = keyOf(effect.request);
    return place->second;
}

BeforeAttempt StaleAnswers::before(const Attempt&, Decisions&)
{
    return LetPass {};
}

AfterAttempt
StaleAnswers::after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions)
{
    const bool hasFailed = outcome.status == OutcomeStatus::Error
        || (outcome.status == OutcomeStatus::Refused && outcome.origin == OutcomeOrigin::Policy);
    if (!hasFailed || !m_cache.hasAnyFor(attempt.effect))
        return Accept {};
    m_cache.serveStale(attempt.effect);
    decisions.push_back(policyDecision(name(),
                                       kAction,
                                       "Nothing else works: an older answer is given.",
                                       {{"target", targetOf(attempt.effect.request)}}));
    return TryAgain {};
}

} // namespace engine
