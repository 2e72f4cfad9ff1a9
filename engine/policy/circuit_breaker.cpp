#include "engine/policy/circuit_breaker.h"

#include "engine/effect/decision.h"
#include "engine/policy/error_class.h"

#include <nlohmann/json.hpp>

namespace engine {

CircuitBreaker::~CircuitBreaker()
{
    while (!m_probes.empty()) {
        BreakerState& state = m_shared.breakers[m_probes.begin()->second];
        if (isOurs(state, m_probes.begin()->first))
            state.probe.reset();
        m_probes.erase(m_probes.begin());
    }
}

bool CircuitBreaker::isOurs(const BreakerState& state, const std::string& call) const
{
    return state.probe && state.probe->owner == this && state.probe->call == call;
}

BeforeAttempt CircuitBreaker::before(const Attempt& attempt, Decisions& decisions)
{
    const std::string target = targetOf(attempt.effect.request);
    const std::string service = m_names.target(attempt.effect.request);
    const auto found = m_shared.breakers.find(service);
    if (target.empty() || found == m_shared.breakers.end() || !found->second.openSince)
        return LetPass {};
    BreakerState& state = found->second;
    const std::string call = callKey(attempt.effect);
    if (isOurs(state, call))
        return LetPass {}; // it had to wait for something else, and is asked again
    const tracestore::Duration open = attempt.now - *state.openSince;
    // A probe that hangs shall not keep all others away: after the same time another may go.
    const bool hasProbe = state.probe && attempt.now - state.probe->since < m_config.openFor;
    if (open >= m_config.openFor && !hasProbe) {
        state.probe = BreakerProbe {this, call, attempt.now};
        m_probes[call] = service;
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
    const bool isFromService = outcome.origin == OutcomeOrigin::Live
        || outcome.origin == OutcomeOrigin::Script || outcome.origin == OutcomeOrigin::Recording
        || outcome.note.starts_with(kInjectedNote);
    // What was cancelled or refused says nothing of the service.
    const bool isTold
        = outcome.status == OutcomeStatus::Ok || outcome.status == OutcomeStatus::Error;
    if (!target.empty() && isFromService && isTold) {
        BreakerState& state = m_shared.breakers[m_names.target(attempt.effect.request)];
        if (outcome.status == OutcomeStatus::Error && classOf(outcome) != ErrorClass::Permanent) {
            fail(state, attempt, decisions);
        } else {
            if (state.openSince)
                decisions.push_back(policyDecision(
                    name(), "close", target + " works again.", {{"target", target}}));
            state = {};
        }
    }
    finished(attempt.effect.id);
    return Accept {};
}

void CircuitBreaker::fail(BreakerState& state, const Attempt& attempt, Decisions& decisions)
{
    ++state.failures;
    const bool wasProbe = isOurs(state, callKey(attempt.effect));
    if (state.failures < m_config.failures || (state.openSince && !wasProbe))
        return;
    state.openSince = attempt.now;
    const std::string target = targetOf(attempt.effect.request);
    decisions.push_back(policyDecision(name(),
                                       "open",
                                       target + " failed " + std::to_string(state.failures)
                                           + " times in a row and is left alone for "
                                           + durationText(m_config.openFor) + '.',
                                       {{"target", target},
                                        {"failures", state.failures},
                                        {"open_for_ms", m_config.openFor.ns / 1'000'000}}));
}

void CircuitBreaker::finished(const EffectId& call)
{
    const auto probe = m_probes.find(call.withAttempt(0).toText());
    if (probe == m_probes.end())
        return;
    BreakerState& state = m_shared.breakers[probe->second];
    if (isOurs(state, probe->first))
        state.probe.reset();
    m_probes.erase(probe);
}

} // namespace engine
