#include "engine/policy/rate_limiter.h"

#include "engine/effect/decision.h"
#include "engine/policy/error_class.h"

#include <nlohmann/json.hpp>

namespace engine {

using tracestore::Duration;
using tracestore::Timestamp;

RateLimiter::~RateLimiter()
{
    for (const auto& [name, call] : m_calls)
        letGo(call);
}

BeforeAttempt RateLimiter::before(const Attempt& attempt, Decisions& decisions)
{
    const auto* const model = std::get_if<ModelCall>(&attempt.effect.request);
    if (model == nullptr)
        return LetPass {};
    const std::string& provider = model->target.provider;
    const std::string service = m_names.provider(provider);
    Call& call = m_calls[callKey(attempt.effect)];
    if (call.service != service) {
        letGo(call); // another provider stands in
        call = {.service = service};
    }
    if (auto wait = waitForPlace(call, provider, decisions))
        return std::move(*wait);
    if (auto wait = waitForToken(call, provider, attempt.now, decisions))
        return std::move(*wait);
    return LetPass {};
}

AfterAttempt RateLimiter::after(const Attempt& attempt, const Outcome&, Decisions&)
{
    finished(attempt.effect.id);
    return Accept {};
}

void RateLimiter::finished(const EffectId& call)
{
    const auto found = m_calls.find(call.withAttempt(0).toText());
    if (found == m_calls.end())
        return;
    letGo(found->second);
    m_calls.erase(found);
}

void RateLimiter::letGo(const Call& call)
{
    const auto state = m_shared.rates.find(call.service);
    if (state == m_shared.rates.end())
        return;
    if (call.token && call.waitsForToken)
        state->second.giveBack(*m_config.requestsPerMinute, *call.token);
    if (call.place != nullptr)
        state->second.leave(call.place);
}

std::optional<BeforeAttempt>
RateLimiter::waitForPlace(Call& call, const std::string& provider, Decisions& decisions)
{
    if (!m_config.concurrentCalls)
        return {};
    RateState& state = m_shared.rates[call.service];
    const bool isNew = call.place == nullptr;
    if (isNew)
        call.place = std::make_shared<Place>(Place {.most = *m_config.concurrentCalls});
    state.enter(call.place);
    if (call.place->isTaken)
        return {};
    const std::string limit = std::to_string(*m_config.concurrentCalls) + " at once";
    if (isNew)
        decisions.push_back(policyDecision(name(),
                                           "wait",
                                           "As many calls as are allowed of " + provider
                                               + " are under way (" + limit
                                               + "): this one waits for its place.",
                                           {{"provider", provider},
                                            {"limit", "calls_at_once"},
                                            {"most", *m_config.concurrentCalls},
                                            {"running", state.running()},
                                            {"ahead", state.ahead(call.place)}}));
    return WaitFirst {{}, limit, call.place->wakeUp};
}

std::optional<BeforeAttempt> RateLimiter::waitForToken(Call& call,
                                                       const std::string& provider,
                                                       Timestamp now,
                                                       Decisions& decisions)
{
    // Who is asked again has waited: a clock that was set back means no second wait.
    call.waitsForToken = false;
    if (!m_config.requestsPerMinute || call.token)
        return {};
    const auto taken = m_shared.rates[call.service].take(*m_config.requestsPerMinute, now);
    call.token = taken.ticket;
    if (taken.wait.ns <= 0)
        return {};
    call.waitsForToken = true;
    const std::string limit = std::to_string(*m_config.requestsPerMinute) + " a minute";
    decisions.push_back(policyDecision(name(),
                                       "wait",
                                       provider + " is asked as often as is allowed (" + limit
                                           + "): this call goes in " + durationText(taken.wait)
                                           + '.',
                                       {{"provider", provider},
                                        {"limit", "requests_per_minute"},
                                        {"most", *m_config.requestsPerMinute},
                                        {"wait_ms", taken.wait.ns / 1'000'000}}));
    return WaitFirst {taken.wait, limit, {}};
}

} // namespace engine
