#include "tracestore/recording/run_span_words.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::size_t kMaxRunTitle = 80;

    void addTo(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& more)
    {
        // Wraps instead of overflowing: a file of strangers can say anything.
        if (more)
            sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum.value_or(0))
                                            + static_cast<std::uint64_t>(*more));
    }

} // namespace

std::string runTitle(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
    text = text.substr(0, text.find('\n'));
    text = text.substr(0, text.find_last_not_of(kBlank) + 1);
    if (text.size() <= kMaxRunTitle)
        return std::string(text);
    std::size_t end = kMaxRunTitle - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80)
        --end;
    return std::string(text.substr(0, end)) + "\u2026";
}

SpanKind kindOf(EffectKind kind)
{
    switch (kind) {
    case EffectKind::Model:
        return SpanKind::Llm;
    case EffectKind::Tool:
        return SpanKind::Tool;
    case EffectKind::User:
        return SpanKind::Approval;
    case EffectKind::Agent:
        return SpanKind::Handoff;
    case EffectKind::Timer:
        return SpanKind::Event;
    }
    return SpanKind::Other;
}

SpanKind kindOf(const DecisionMade& decision)
{
    const auto has
        = [&](const char* word) { return decision.policy.find(word) != std::string::npos; };
    if (has("guard") || has("budget") || has("approval"))
        return SpanKind::Guardrail;
    return has("compress") || has("compact") ? SpanKind::Compaction : SpanKind::Event;
}

SpanStatus statusOf(OutcomeStatus status)
{
    switch (status) {
    case OutcomeStatus::Ok:
        return SpanStatus::Ok;
    case OutcomeStatus::Cancelled:
        return SpanStatus::Cancelled;
    case OutcomeStatus::Error:
    case OutcomeStatus::Refused:
        return SpanStatus::Error;
    }
    return SpanStatus::Unknown;
}

std::optional<SpanError>
errorOf(OutcomeStatus status, const std::optional<SpanError>& error, const std::string& said)
{
    if (error || statusOf(status) != SpanStatus::Error)
        return error;
    return SpanError {std::string(toWord(status)), said, {}};
}

std::optional<HeldStep> heldStepOf(const DecisionMade& fact)
{
    const auto details = parseJson(fact.details);
    if (!details || !details->is_object())
        return {};
    const auto word = details->value("kind", nlohmann::json());
    const auto name = details->value("name", nlohmann::json());
    for (const EffectKind kind : {EffectKind::Model,
                                  EffectKind::Tool,
                                  EffectKind::User,
                                  EffectKind::Agent,
                                  EffectKind::Timer}) {
        if (name.is_string() && word == toWord(kind))
            return HeldStep {kind, name.get<std::string>()};
    }
    return {};
}

std::string nameOfDebugger(const DecisionMade& fact)
{
    if (fact.action == "branch")
        return std::string(kForked);
    std::string name = fact.policy + ' ' + fact.action;
    const auto details
        = fact.action == "fault" ? parseJson(fact.details).value_or(nullptr) : nlohmann::json();
    if (details.is_object()) {
        if (const auto fault = details.find("fault"); fault != details.end() && fault->is_string())
            name += ' ' + fault->get<std::string>();
    }
    return name;
}

bool isHeldAfter(const DecisionMade& fact)
{
    const auto details = parseJson(fact.details);
    return details && details->is_object() && details->value("after", nlohmann::json()) == true;
}

std::string_view callOf(std::string_view effect)
{
    const std::size_t colon = effect.rfind(':');
    const std::size_t dot = effect.rfind('.');
    const bool hasAttempt = colon != std::string_view::npos && dot != std::string_view::npos
        && effect.find('.', colon) < dot;
    return hasAttempt ? effect.substr(0, dot) : effect;
}

TokenUsage sumOf(TokenUsage a, const TokenUsage& b)
{
    for (const auto bucket : {&TokenUsage::input,
                              &TokenUsage::cacheRead,
                              &TokenUsage::cacheWrite,
                              &TokenUsage::cacheWriteLong,
                              &TokenUsage::output,
                              &TokenUsage::reasoning,
                              &TokenUsage::reportedTotal})
        addTo(a.*bucket, b.*bucket);
    a.state = UsageState::Aggregated;
    return a;
}

} // namespace tracestore
