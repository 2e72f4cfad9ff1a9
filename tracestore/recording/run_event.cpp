#include "tracestore/recording/run_event.h"

#include <array>

namespace tracestore {
namespace {

    constexpr std::array<std::string_view, 4> kClassWords {"pure", "reads", "writes", "outside"};
    constexpr std::array<std::string_view, 5> kEffectWords {
        "model", "tool", "user", "agent", "timer"};
    constexpr std::array<std::string_view, 4> kStatusWords {"ok", "error", "cancelled", "refused"};
    constexpr std::array<std::string_view, 6> kOriginWords {
        "live", "script", "cache", "user", "recording", "policy"};
    constexpr std::array<std::string_view, std::variant_size_v<RunFact>> kTypeWords {
        "run_started",
        "agent_started",
        "effect_wanted",
        "effect_ended",
        "decision_made",
        "state_changed",
        "edit_made",
        "agent_ended",
        "run_ended",
        "run_resumed"};

} // namespace

std::string_view toWord(EffectClass effectClass)
{
    return kClassWords[static_cast<std::size_t>(effectClass)];
}

std::string_view toWord(EffectKind kind)
{
    return kEffectWords[static_cast<std::size_t>(kind)];
}

std::string_view toWord(OutcomeStatus status)
{
    return kStatusWords[static_cast<std::size_t>(status)];
}

std::string_view toWord(OutcomeOrigin origin)
{
    return kOriginWords[static_cast<std::size_t>(origin)];
}

std::string_view typeWord(const RunFact& fact)
{
    return kTypeWords[fact.index()];
}

} // namespace tracestore
