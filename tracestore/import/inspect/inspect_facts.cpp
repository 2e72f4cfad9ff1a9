#include "tracestore/import/inspect/inspect_facts.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/chat/chat_message.h"
#include "tracestore/import/gen_ai/gen_ai_usage.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::size_t kMaxExplanation = 500;

    Score scoreOf(std::string name, const json& value)
    {
        Score score {.name = std::move(name)};
        if (value.is_number())
            score.value = value.get<double>();
        else if (value.is_boolean())
            score.value = value.get<bool>() ? 1 : 0;
        else
            score.label = plainTextOf(&value);
        return score;
    }

    /// What the words of Inspect's own scorers mean: correct, incorrect, no answer. A partly
    /// correct answer is neither.
    SpanStatus outcomeOfLabel(std::string_view label)
    {
        if (label == "C")
            return SpanStatus::Ok;
        return label == "I" || label == "N" ? SpanStatus::Error : SpanStatus::Unknown;
    }

    SpanStatus outcomeOf(const std::vector<Score>& scores)
    {
        SpanStatus outcome = SpanStatus::Unknown;
        for (const Score& score : scores) {
            SpanStatus one = outcomeOfLabel(score.label);
            // A number is a verdict where it stands alone and is one of the two that words become.
            if (scores.size() == 1 && score.value && (*score.value == 0 || *score.value == 1))
                one = *score.value == 1 ? SpanStatus::Ok : SpanStatus::Error;
            if (one == SpanStatus::Error || outcome == SpanStatus::Unknown)
                outcome = one;
        }
        return outcome;
    }

    void addScores(const std::string& name, const json& score, std::vector<Score>& to)
    {
        const json* value = memberOf(score, "value");
        if (value == nullptr)
            return;
        const std::string explanation
            = titleLine(plainTextOf(score, {"explanation"}), kMaxExplanation);
        if (!value->is_object()) {
            to.push_back(scoreOf(name, *value));
            to.back().explanation = explanation;
            return;
        }
        for (const auto& [key, part] : value->items()) {
            to.push_back(scoreOf(name + "." + key, part));
            to.back().explanation = explanation;
        }
    }

} // namespace

InspectModel inspectModelOf(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return {{}, std::string(text)};
    return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

std::optional<TokenUsage> inspectUsageOf(const JsonRecord& counts, std::string_view provider)
{
    constexpr std::array<std::array<std::string_view, 2>, 6> kNames {{
        {"input_tokens", "gen_ai.usage.input_tokens"},
        {"output_tokens", "gen_ai.usage.output_tokens"},
        {"total_tokens", "gen_ai.usage.total_tokens"},
        {"input_tokens_cache_read", "gen_ai.usage.cache_read_input_tokens"},
        {"input_tokens_cache_write", "gen_ai.usage.cache_creation_input_tokens"},
        {"reasoning_tokens", "gen_ai.usage.reasoning_tokens"},
    }};
    Attributes attributes;
    attributes.emplace_back("gen_ai.provider.name", AttributeValue::ofText(provider));
    for (const auto& [stated, known] : kNames) {
        if (const auto count = counts.number(stated))
            attributes.emplace_back(known, AttributeValue::ofNumber(*count));
    }
    return usageOf(GenAiFields(attributes));
}

Duration durationOfSeconds(double seconds)
{
    constexpr double kNsPerSecond = 1e9;
    constexpr double kLongest = 1e9; // some thirty years
    return {seconds >= 0 && seconds < kLongest ? std::llround(seconds * kNsPerSecond) : 0};
}

std::string inspectEventName(std::string_view event, const JsonRecord& record)
{
    const auto joined = [&](std::string_view separator, std::string_view first, std::string more) {
        return titleLine(std::string(first) + (more.empty() ? "" : std::string(separator)) + more);
    };
    if (event == "sandbox")
        return joined(" ",
                      record.text("action"),
                      record.text(record.text("action") == "exec" ? "cmd" : "file"));
    if (event == "score") {
        const PlacedJson* score = record.find("score");
        return joined(" ", "score", score == nullptr ? "" : recordOf(*score).text("value"));
    }
    if (event == "approval")
        return joined(" by ", record.text("decision"), record.text("approver"));
    if (event == "logger") {
        const PlacedJson* message = record.find("message");
        return joined(": ", "log", message == nullptr ? "" : recordOf(*message).text("message"));
    }
    if (event == "sample_limit")
        return joined(" ", "limit of", record.text("type"));
    if (event == "info")
        return joined(": ", "info", record.text("source"));
    return titleLine(event);
}

InspectVerdict inspectVerdictOf(const PlacedJson& scores)
{
    InspectVerdict verdict;
    const auto parsed = parseJson(scores.text);
    if (!parsed || !parsed->is_object())
        return verdict;
    for (const auto& [name, score] : parsed->items())
        addScores(name, score, verdict.scores);
    verdict.outcome = outcomeOf(verdict.scores);
    return verdict;
}

} // namespace tracestore
