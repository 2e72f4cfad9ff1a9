#include "engine/policy/rate_limiter.h"

#include "engine/effect/decision.h"
#include "engine/policy/error_class.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using tracestore::Duration;
using tracestore::Timestamp;

namespace {

    /// How soon a call that waits for a place asks again.
    constexpr Duration kAskAgain {50'000'000};
    /// A call that has not asked for so long was given up by its run.
    constexpr Duration kForgotten {1'000'000'000};
    constexpr double kSecondsPerMinute = 60;
    constexpr double kBurstShare = 0.1;

    double burstOf(std::uint32_t perMinute)
    {
        return std::max(1.0, perMinute * kBurstShare);
    }

} // namespace

RateLimiter::~RateLimiter()
{
    for (const auto& [call, provider] : m_running)
        m_shared.rates[provider].running.erase(call);
}

BeforeAttempt RateLimiter::before(const Attempt& attempt, Decisions& decisions)
{
    const auto* const model = std::get_if<ModelCall>(&attempt.effect.request);
    if (model == nullptr)
        return LetPass {};
    const std::string call = callKey(attempt.effect);
    const std::string& provider = model->target.provider;
    RateState& state = m_shared.rates[provider];
    if (const auto wait = waitForPlace(state, call, attempt.now)) {
        tellWait(call, provider, "calls_at_once", *wait, decisions);
        return WaitFirst {*wait};
    }
    if (const auto wait = waitForToken(state, attempt.now)) {
        tellWait(call, provider, "requests_per_minute", *wait, decisions);
        return WaitFirst {*wait};
    }
    std::erase_if(state.waiting, [&](const auto& waiting) { return waiting.call == call; });
    state.running.insert(call);
    m_running[call] = provider;
    m_told.erase(call);
    return LetPass {};
}

AfterAttempt RateLimiter::after(const Attempt& attempt, const Outcome&, Decisions&)
{
    finished(attempt.effect.id);
    return Accept {};
}

void RateLimiter::finished(const EffectId& call)
{
    const std::string key = call.withAttempt(0).toText();
    m_told.erase(key);
    const auto found = m_running.find(key);
    if (found == m_running.end())
        return;
    m_shared.rates[found->second].running.erase(key);
    m_running.erase(found);
}

std::optional<Duration>
RateLimiter::waitForPlace(RateState& state, const std::string& call, Timestamp now) const
{
    if (!m_config.concurrentCalls)
        return {};
    std::erase_if(state.waiting,
                  [&](const auto& waiting) { return now - waiting.asked > kForgotten; });
    auto place = std::find_if(state.waiting.begin(), state.waiting.end(), [&](const auto& waiting) {
        return waiting.call == call;
    });
    if (place == state.waiting.end())
        place = state.waiting.insert(place, {call, now});
    place->asked = now;
    const auto ahead = static_cast<std::size_t>(place - state.waiting.begin());
    if (state.running.size() + ahead < *m_config.concurrentCalls)
        return {};
    return kAskAgain;
}

std::optional<Duration> RateLimiter::waitForToken(RateState& state, Timestamp now) const
{
    if (!m_config.requestsPerMinute)
        return {};
    const double perSecond = *m_config.requestsPerMinute / kSecondsPerMinute;
    const double burst = burstOf(*m_config.requestsPerMinute);
    if (!state.filled)
        state.tokens = burst;
    else if (now > *state.filled)
        state.tokens = std::min(
            burst, state.tokens + static_cast<double>((now - *state.filled).ns) / 1e9 * perSecond);
    state.filled = now;
    constexpr double kRounding = 1e-6; // waits are whole nanoseconds
    if (state.tokens >= 1 - kRounding) {
        state.tokens -= 1;
        return {};
    }
    return Duration {static_cast<std::int64_t>((1 - state.tokens) / perSecond * 1e9)};
}

void RateLimiter::tellWait(const std::string& call,
                           const std::string& provider,
                           const std::string& reason,
                           Duration wait,
                           Decisions& decisions)
{
    if (!m_told.insert(call).second)
        return;
    decisions.push_back(policyDecision(
        name(),
        "wait",
        provider + " is asked as fast as is allowed: this call waits.",
        {{"provider", provider}, {"limit", reason}, {"wait_ms", wait.ns / 1'000'000}}));
}

} // namespace engine
