#include "engine/run/recorded_policy.h"

#include "engine/policy/response_cache.h"
#include "engine/run/effect_facts.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using tracestore::DecisionMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::RunEvent;

namespace {

    /// What is recorded next of a call (its decisions), and of its next attempt.
    struct NextFacts
    {
        const RunEvent* call;
        const RunEvent* attempt;

        NextFacts(const RunPast& past, const EffectId& next)
            : call(past.next(next.agent, next.withAttempt(0).toText()))
            , attempt(past.next(next.agent, next.toText()))
        { }
    };

    /// The next decision about the call, where the policy made it before the next attempt began.
    const DecisionMade* decisionOf(const NextFacts& next, std::string_view policy)
    {
        const auto* decision
            = next.call == nullptr ? nullptr : std::get_if<DecisionMade>(&next.call->fact);
        const bool isBefore = decision != nullptr
            && (next.attempt == nullptr || next.call->number < next.attempt->number);
        return isBefore && decision->policy == policy ? decision : nullptr;
    }

    /// Where the wait is one that the policy asked for.
    std::optional<WaitFirst> waitOf(const EffectWanted& wanted, std::string_view policy)
    {
        if (wanted.kind != EffectKind::Timer)
            return {};
        const auto told = tracestore::parseJson(wanted.arguments);
        if (!told || !told->is_object())
            return {};
        const std::string reason = told->value("reason", std::string());
        const std::string prefix = std::string(policy) + ": ";
        if (reason != policy && !reason.starts_with(prefix))
            return {};
        WaitFirst wait;
        wait.duration.ns = told->value("milliseconds", std::int64_t {0}) * 1'000'000;
        wait.reason = reason == policy ? "" : reason.substr(prefix.size());
        return wait;
    }

    /// Where the outcome is one that the policy gave.
    std::optional<AnswerWith> answerOf(const RunEvent* event, std::string_view policy)
    {
        const auto* ended = event == nullptr ? nullptr : std::get_if<EffectEnded>(&event->fact);
        if (ended == nullptr)
            return {};
        const bool isKept = ended->origin == OutcomeOrigin::Cache && policy == "cache";
        const bool isRefused = ended->origin == OutcomeOrigin::Policy && ended->error
            && ended->error->type == policy;
        if (!isKept && !isRefused)
            return {};
        return AnswerWith {outcomeOf(*ended, event->time)};
    }

} // namespace

BeforeAttempt recordedBefore(const RunPast& past,
                             const EffectId& next,
                             std::string_view policy,
                             BeforeAttempt now,
                             DeliveryPolicy::Decisions& decisions)
{
    const NextFacts facts(past, next);
    const DecisionMade* decision = decisionOf(facts, policy);
    if (facts.attempt == nullptr && decision == nullptr)
        return now;
    decisions.clear();
    if (decision != nullptr)
        decisions.push_back(*decision);
    const auto* wanted
        = facts.attempt == nullptr ? nullptr : std::get_if<EffectWanted>(&facts.attempt->fact);
    if (wanted == nullptr)
        return now;
    if (auto wait = waitOf(*wanted, policy))
        return std::move(*wait);
    if (auto answer = answerOf(past.outcomeOf(next.toText()), policy))
        return std::move(*answer);
    return LetPass {};
}

AfterAttempt recordedAfter(const RunPast& past,
                           const EffectId& next,
                           std::string_view policy,
                           AfterAttempt now,
                           DeliveryPolicy::Decisions& decisions)
{
    const NextFacts facts(past, next);
    const DecisionMade* decision = decisionOf(facts, policy);
    // The agent went on, so all is recorded that was decided about its calls.
    const bool isOver = past.next(next.agent, {}) != nullptr;
    if (!isOver && facts.attempt == nullptr && facts.call == nullptr)
        return now;
    decisions.clear();
    if (decision != nullptr)
        decisions.push_back(*decision);
    if (decision != nullptr && decision->action == StaleAnswers::kAction)
        return TryAgain {};
    return Accept {};
}

} // namespace engine
