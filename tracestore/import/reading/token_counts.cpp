#include "tracestore/import/reading/token_counts.h"

#include <algorithm>

namespace tracestore {
namespace {

    using Count = std::optional<std::int64_t>;

    // More than any model reads; above it sums could overflow.
    constexpr std::int64_t kMaxTokens = 1'000'000'000'000'000;

    Count sane(Count count)
    {
        return count && *count >= 0 && *count <= kMaxTokens ? count : std::nullopt;
    }

} // namespace

std::optional<TokenUsage> usageOf(const TokenCounts& stated)
{
    TokenUsage usage;
    usage.input = sane(stated.input);
    usage.cacheRead = sane(stated.cacheRead);
    usage.cacheWrite = sane(stated.cacheWrite);
    usage.output = sane(stated.output);
    usage.reasoning = sane(stated.reasoning);
    usage.reportedTotal = sane(stated.total);
    if (usage.input && stated.isInputWithCache) {
        const std::int64_t cached = usage.cacheRead.value_or(0) + usage.cacheWrite.value_or(0);
        usage.input = std::max<std::int64_t>(*usage.input - cached, 0);
    }
    if (usage.output && !stated.isOutputWithReasoning)
        usage.output = *usage.output + usage.reasoning.value_or(0);
    const bool isKnown = usage.input || usage.cacheRead || usage.cacheWrite || usage.output
        || usage.reasoning || usage.reportedTotal;
    return isKnown ? std::optional(usage) : std::nullopt;
}

} // namespace tracestore
