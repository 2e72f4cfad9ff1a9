#pragma once

#include "tracestore/analysis/span_groups.h"

#include <QString>

namespace gui {

/// What a column of the summary tells of a group.
enum class SummaryField : std::uint8_t
{
    Name,
    ModelCalls,
    ToolCalls,
    Errors,
    Retries,
    Tokens,
    Input,
    CacheRead,
    CacheWrite,
    Output,
    Cost,
    Latency, ///< the plot of the three percentiles
    P50,
    P90,
    P99
};

/// A part of all tokens. Their order is that of bars and legends everywhere.
enum class TokenBucket : std::uint8_t
{
    CacheRead,
    Input,
    CacheWrite,
    Output
};

struct BucketCount
{
    TokenBucket bucket = TokenBucket::Input;
    std::int64_t tokens = 0;

    bool operator==(const BucketCount&) const = default;
};

/// The buckets that are known and not empty, in their order.
std::vector<BucketCount> bucketsOf(const tracestore::TokenUsage& usage);

QString bucketName(TokenBucket bucket);
QString fieldName(SummaryField field);

/// The name of a group for people, never empty.
QString groupName(const tracestore::SpanGroup& group, tracestore::Grouping grouping);

/// The figure of a field; nothing where it is not known, or has none.
std::optional<double> figureOf(const tracestore::SpanGroup& group, SummaryField field);

/// How that figure is written; empty where it is not known.
QString figureText(const tracestore::SpanGroup& group, SummaryField field);

/// The steps that a figure leads to, in the order in which one wants to see them: errors and
/// retries as they came, tokens, cost and latency from the largest down, else every call as it
/// came.
std::vector<tracestore::SpanId> stepsBehind(const tracestore::Trace& trace,
                                            const tracestore::SpanGroup& group,
                                            tracestore::Grouping grouping,
                                            SummaryField field);

/// Which of them to begin with: for a percentile the step that has just that latency, else the
/// first.
std::size_t firstStepBehind(const tracestore::Trace& trace,
                            const tracestore::SpanGroup& group,
                            const std::vector<tracestore::SpanId>& steps,
                            SummaryField field);

} // namespace gui
