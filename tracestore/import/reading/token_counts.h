#pragma once

#include "tracestore/model/span.h"

namespace tracestore {

/// Token counts as a log states them, and how its producer means them (which differs from one to
/// the next). Counts that no model reaches, and negative ones, are taken as unknown.
struct TokenCounts
{
    std::optional<std::int64_t> input;
    std::optional<std::int64_t> cacheRead;
    std::optional<std::int64_t> cacheWrite;
    std::optional<std::int64_t> output;
    std::optional<std::int64_t> reasoning;
    std::optional<std::int64_t> total;
    bool isInputWithCache = false; ///< input holds what was read from and written to a cache
    bool isOutputWithReasoning = false;
};

/// The counts in buckets that do not overlap; nothing where none is known.
std::optional<TokenUsage> usageOf(const TokenCounts& stated);

} // namespace tracestore
