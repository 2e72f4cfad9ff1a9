#include "tracestore/import/gen_ai/gen_ai_usage.h"

#include <algorithm>

namespace tracestore {
namespace {

    using F = GenAiField;
    using Count = std::optional<std::int64_t>;

    // More than any model reads; above it sums could overflow.
    constexpr std::int64_t kMaxTokens = 1'000'000'000'000'000;

    Count countOf(const GenAiFields& fields, F field)
    {
        const Count value = fields.integer(field);
        return value && *value >= 0 && *value <= kMaxTokens ? value : std::nullopt;
    }

    struct Counts
    {
        Count input;
        Count read;
        Count write;
        Count output;
        Count reasoning;
        Count total;
    };

    bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names)
    {
        return std::ranges::find(names, name) != names.end();
    }

    /// Whether the producer is known to leave out of the input what came from a cache. Anthropic
    /// does, and its counts are passed on as they are by tools that do not follow the conventions
    /// of today; Langfuse brings all counts into that form.
    bool isInputWithoutCache(const GenAiFields& fields)
    {
        const std::string_view input = fields.nameOf(F::InputTokens);
        if (input == "input_tokens") // Claude Code's own spans
            return true;
        const std::string_view read = fields.nameOf(F::CacheReadTokens);
        const std::string_view write = fields.nameOf(F::CacheWriteTokens);
        if (isOneOf(read,
                    {"usage.cache_read_input_tokens",
                     "usage.input_cached_tokens",
                     "usage.input_cache_read"})
            || isOneOf(write, {"usage.cache_creation_input_tokens", "usage.input_cache_creation"}))
            return true;
        const bool isAnthropic
            = fields.text(F::Provider).find("anthropic") != std::string_view::npos;
        return isAnthropic
            && isOneOf(read,
                       {"gen_ai.usage.cache_read_input_tokens", "ai.usage.cachedInputTokens"});
    }

    /// Whether the input count holds what was read from and written to a cache. Where the total
    /// tells, it decides; then what the counts allow; then what the producer is known to do.
    bool isInputWithCache(const Counts& c, const GenAiFields& fields)
    {
        const std::int64_t cached = c.read.value_or(0) + c.write.value_or(0);
        if (cached > *c.input)
            return false;
        if (c.total && c.output && cached > 0) {
            if (*c.total == *c.input + *c.output)
                return true;
            if (*c.total == *c.input + cached + *c.output)
                return false;
        }
        return !isInputWithoutCache(fields);
    }

    /// Output that leaves out reasoning (as xAI and Gemini count) shows in the total, or in
    /// reasoning that is more than it; where neither tells, in what the producer is known to do.
    bool isOutputWithReasoning(const Counts& c, const GenAiFields& fields)
    {
        if (*c.reasoning > *c.output)
            return false;
        if (*c.reasoning == 0)
            return true;
        if (c.total && c.input) {
            if (*c.total == *c.input + *c.output)
                return true;
            if (*c.total == *c.input + *c.output + *c.reasoning)
                return false;
        }
        return !isOneOf(fields.nameOf(F::ReasoningTokens),
                        {"usage.output_reasoning_tokens", "usage.output_reasoning"});
    }

} // namespace

std::optional<TokenUsage> usageOf(const GenAiFields& fields)
{
    const Counts c {.input = countOf(fields, F::InputTokens),
                    .read = countOf(fields, F::CacheReadTokens),
                    .write = countOf(fields, F::CacheWriteTokens),
                    .output = countOf(fields, F::OutputTokens),
                    .reasoning = countOf(fields, F::ReasoningTokens),
                    .total = countOf(fields, F::TotalTokens)};
    TokenUsage usage;
    usage.input = countOf(fields, F::UncachedTokens);
    usage.cacheRead = c.read;
    usage.cacheWrite = c.write;
    usage.cacheWriteLong = countOf(fields, F::CacheWriteLongTokens);
    usage.output = c.output;
    usage.reasoning = c.reasoning;
    usage.reportedTotal = c.total;
    if (!usage.input && c.input) {
        const std::int64_t cached = c.read.value_or(0) + c.write.value_or(0);
        usage.input = isInputWithCache(c, fields) ? *c.input - cached : *c.input;
    }
    if (c.output && c.reasoning && !isOutputWithReasoning(c, fields))
        usage.output = *c.output + *c.reasoning;
    const bool isEmpty = !usage.input && !usage.cacheRead && !usage.cacheWrite && !usage.output
        && !usage.reasoning && !usage.reportedTotal;
    return isEmpty ? std::nullopt : std::optional(usage);
}

std::optional<Cost> costOf(const GenAiFields& fields)
{
    const std::optional<double> amount = fields.number(F::CostTotal);
    if (!amount || *amount < 0)
        return {};
    return Cost {.amount = *amount};
}

} // namespace tracestore
