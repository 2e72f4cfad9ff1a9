#include "engine/policy/circuit_breaker.h"

#include "engine/effect/decision.h"
#include "engine/policy/error_class.h"

#include <nlohmann/json.hpp>

namespace engine {

BeforeAttempt CircuitBreaker::before(const Attempt& attempt, Decisions& decisions)
{
    const std::string target = targetOf(attempt.effect.request);
    const auto found = m_shared.breakers.find(target);
    if (target.empty() || found == m_shared.breakers.end() || !found->second.openSince)
        return LetPass {};
    BreakerState& state = found->second;
    const tracestore::Duration open = attempt.now - *state.openSince;
    // A probe whose run was stopped never answers: after the same time another may go.
    const bool hasProbe = state.probeSince && attempt.now - *state.probeSince < m_config.openFor;
    if (open >= m_config.openFor && !hasProbe) {
        state.probeSince = attempt.now;
        decisions.push_back(policyDecision(
            name(), "half_open", target + " is tried with one call.", {{"target", target}}));
        return LetPass {};
    }
    const std::string why = hasProbe
        ? "one call is trying whether it works again"
        : "it is left alone for another " + durationText({m_config.openFor.ns - open.ns});
    const std::string reason
        = target + " failed " + std::to_string(state.failures) + " times in a row: " + why + '.';
    decisions.push_back(policyDecision(
        name(), "refuse", reason, {{"target", target}, {"failures", state.failures}}));
    Outcome refused = failedOutcome(OutcomeStatus::Refused, "breaker", reason);
    refused.origin = OutcomeOrigin::Policy;
    refused.end = attempt.now;
    return AnswerWith {std::move(refused)};
}

AfterAttempt
CircuitBreaker::after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions)
{
    const std::string target = targetOf(attempt.effect.request);
    const bool isFromService
        = outcome.origin == OutcomeOrigin::Live || outcome.origin == OutcomeOrigin::Script;
    const bool isFailure
        = outcome.status == OutcomeStatus::Error && classOf(outcome) != ErrorClass::Permanent;
    if (target.empty() || !isFromService)
        return Accept {};
    BreakerState& state = m_shared.breakers[target];
    if (outcome.status == OutcomeStatus::Cancelled || outcome.status == OutcomeStatus::Refused) {
        state.probeSince.reset(); // it says nothing of the service
        return Accept {};
    }
    if (!isFailure) {
        if (state.openSince)
            decisions.push_back(
                policyDecision(name(), "close", target + " works again.", {{"target", target}}));
        state = {};
        return Accept {};
    }
    ++state.failures;
    const bool wasProbe = state.probeSince.has_value();
    if (state.failures >= m_config.failures && (!state.openSince || wasProbe)) {
        state.openSince = attempt.now;
        state.probeSince.reset();
        decisions.push_back(policyDecision(name(),
                                           "open",
                                           target + " failed " + std::to_string(state.failures)
                                               + " times in a row and is left alone for "
                                               + durationText(m_config.openFor) + '.',
                                           {{"target", target},
                                            {"failures", state.failures},
                                            {"open_for_ms", m_config.openFor.ns / 1'000'000}}));
    }
    return Accept {};
}

} // namespace engine
