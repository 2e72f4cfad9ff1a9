#include "tracestore/import/gen_ai/gen_ai_usage.h"

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

    /// Whether Anthropic's own counts, in which input leaves out what came from a cache, were
    /// passed on as they are. The conventions of today want sums; these do not follow them.
    bool isAnthropicRaw(const GenAiFields& fields)
    {
        const std::string_view input = fields.nameOf(F::InputTokens);
        if (input == "input_tokens") // Claude Code's own spans
            return true;
        const bool isAnthropic
            = fields.text(F::Provider).find("anthropic") != std::string_view::npos;
        const std::string_view read = fields.nameOf(F::CacheReadTokens);
        return isAnthropic
            && (read == "gen_ai.usage.cache_read_input_tokens"
                || read == "ai.usage.cachedInputTokens");
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
        return !isAnthropicRaw(fields);
    }

    /// Output that leaves out reasoning (as xAI and Gemini count) shows in the total, or in
    /// reasoning that is more than it.
    bool isOutputWithReasoning(const Counts& c)
    {
        if (*c.reasoning > *c.output)
            return false;
        return !(c.total && c.input && *c.reasoning > 0
                 && *c.total == *c.input + *c.output + *c.reasoning);
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
    if (c.output && c.reasoning && !isOutputWithReasoning(c))
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
