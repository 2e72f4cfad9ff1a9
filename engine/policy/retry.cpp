#include "engine/policy/retry.h"

#include "engine/effect/decision.h"
#include "engine/policy/error_class.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace engine {

using tracestore::Duration;

BeforeAttempt Retry::before(const Attempt&, Decisions&)
{
    return LetPass {};
}

AfterAttempt Retry::after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions)
{
    if (outcome.status != OutcomeStatus::Error || !isRepeatable(attempt.effect))
        return Accept {};
    Tries& tries = m_tries[callKey(attempt.effect)];
    const std::string target = targetOf(attempt.effect.request);
    if (tries.target != target)
        tries = {target, 0};
    ++tries.count;
    const ErrorClass errorClass = classOf(outcome);
    nlohmann::json numbers {{"try", tries.count},
                            {"attempts", m_config.attempts},
                            {"class", toWord(errorClass)},
                            {"target", target}};
    const auto giveUp = [&](std::string reason) {
        decisions.push_back(policyDecision(name(), "give_up", std::move(reason), numbers));
        return Accept {};
    };
    if (errorClass == ErrorClass::Permanent)
        return giveUp("The failure would come again: " + target + " is not tried again.");
    if (tries.count >= m_config.attempts)
        return giveUp(target + " failed " + std::to_string(tries.count) + " times.");
    Duration delay = delayBefore(tries.count + 1);
    if (outcome.retryAfter) {
        numbers["retry_after_ms"] = outcome.retryAfter->ns / 1'000'000;
        if (*outcome.retryAfter > m_config.longest)
            return giveUp(target + " wants to be left alone for "
                          + durationText(*outcome.retryAfter) + ", longer than is waited.");
        delay = std::max(delay, *outcome.retryAfter);
    }
    numbers["delay_ms"] = delay.ns / 1'000'000;
    decisions.push_back(policyDecision(
        name(), "wait", target + " is tried again in " + durationText(delay) + '.', numbers));
    return TryAgain {delay, {}};
}

void Retry::finished(const EffectId& call)
{
    m_tries.erase(call.withAttempt(0).toText());
}

Duration Retry::delayBefore(std::uint32_t nextTry)
{
    double delay = static_cast<double>(m_config.delay.ns);
    if (m_config.strategy != "fixed")
        delay = std::ldexp(delay, static_cast<int>(std::min(nextTry - 2, 62U)));
    delay = std::min(delay, static_cast<double>(m_config.longest.ns));
    delay *= 1.0 - m_config.jitter * m_random.unit();
    return {static_cast<std::int64_t>(delay)};
}

} // namespace engine
