#include "engine/policy/fallback.h"

#include "engine/effect/decision.h"
#include "engine/policy/error_class.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {
namespace {

    bool isRefusedByBreaker(const Outcome& outcome)
    {
        return outcome.status == OutcomeStatus::Refused && outcome.error
            && outcome.error->type == "breaker";
    }

} // namespace

BeforeAttempt Fallback::before(const Attempt&, Decisions&)
{
    return LetPass {};
}

AfterAttempt Fallback::after(const Attempt& attempt, const Outcome& outcome, Decisions& decisions)
{
    const bool isRefused = isRefusedByBreaker(outcome); // it was never started: nothing is in doubt
    const bool mayStandIn
        = isRefused || (outcome.status == OutcomeStatus::Error && isRepeatable(attempt.effect));
    if (!mayStandIn)
        return Accept {};
    const std::string target = targetOf(attempt.effect.request);
    std::set<std::string>& tried = m_tried[callKey(attempt.effect)];
    tried.insert(target);
    auto instead = standIn(attempt.effect.request, tried);
    if (!instead)
        return Accept {};
    const std::string next = targetOf(*instead);
    decisions.push_back(policyDecision(
        name(),
        "use",
        next + " stands in for " + target + '.',
        {{"failed", target}, {"use", next}, {"error", outcome.error ? outcome.error->type : ""}}));
    return TryAgain {{}, std::move(instead)};
}

void Fallback::finished(const EffectId& call)
{
    m_tried.erase(call.withAttempt(0).toText());
}

std::optional<EffectRequest> Fallback::standIn(const EffectRequest& failed,
                                               const std::set<std::string>& tried) const
{
    if (const auto* const call = std::get_if<ToolCall>(&failed)) {
        const auto other = m_config.tools.find(call->tool);
        if (other == m_config.tools.end() || tried.contains(other->second))
            return {};
        return ToolCall {call->callId, other->second, call->arguments};
    }
    const auto* const call = std::get_if<ModelCall>(&failed);
    if (call == nullptr)
        return {};
    for (const ModelConfig& model : m_config.models) {
        if (tried.contains(model.provider + '/' + model.model))
            continue;
        ModelCall other = *call;
        other.target = {model.provider, model.model};
        other.request.model = model.model;
        other.request.parameters
            = model.parameters.empty() ? "" : tracestore::toJsonText(model.parameters);
        other.request.isStreamed = model.isStreamed;
        return other;
    }
    return {};
}

} // namespace engine
