#include "engine/effect/effect.h"

namespace engine {

std::string EffectId::toText() const
{
    std::string text = agent + ':' + std::to_string(turn) + '.' + std::to_string(ordinal);
    if (!part.empty())
        text += '/' + part;
    if (attempt > 0)
        text += '.' + std::to_string(attempt);
    return text;
}

EffectId EffectId::withAttempt(std::uint32_t number) const
{
    EffectId id = *this;
    id.attempt = number;
    return id;
}

EffectKind kindOf(const EffectRequest& request)
{
    struct Kinds
    {
        EffectKind operator()(const ModelCall&) const { return EffectKind::Model; }

        EffectKind operator()(const ToolCall&) const { return EffectKind::Tool; }

        EffectKind operator()(const UserQuestion&) const { return EffectKind::User; }

        EffectKind operator()(const AgentTask&) const { return EffectKind::Agent; }

        EffectKind operator()(const TimerWait&) const { return EffectKind::Timer; }
    };

    return std::visit(Kinds {}, request);
}

Outcome failedOutcome(OutcomeStatus status, std::string type, std::string message)
{
    Outcome outcome;
    outcome.status = status;
    outcome.error = tracestore::SpanError {std::move(type), std::move(message), {}};
    return outcome;
}

} // namespace engine
