#pragma once

#include "tracestore/compare/trace_alignment.h"

#include <string>
#include <vector>

namespace tracestore {

enum class MetricUnit : std::uint8_t
{
    Count,
    Tokens,
    Money,
    Seconds,
    Share ///< 0 to 1
};

/// `count`, `tokens`, `money`, `seconds`, `share`.
std::string_view toWord(MetricUnit unit);

/// A figure of two traces. What a trace does not say is no figure, never 0.
struct MetricRow
{
    std::string id; ///< stable: `steps`, `tokens_input`; of a tool `tool.NAME`
    std::string label; ///< for people
    MetricUnit unit = MetricUnit::Count;
    std::string currency; ///< of money, where both sides have the same
    std::optional<double> a;
    std::optional<double> b;

    /// b - a, where both are known.
    [[nodiscard]] std::optional<double> difference() const
    {
        return a && b ? std::optional(*b - *a) : std::nullopt;
    }

    bool operator==(const MetricRow&) const = default;
};

/// The figures of both sides in a fixed order, then how often each tool was called. Rows that
/// neither side knows anything about are there, too.
std::vector<MetricRow> compareMetrics(const ComparedTrace& a, const ComparedTrace& b);

/// What a run said last.
struct FinalAnswer
{
    SpanId span; ///< the model call; none: there is none that answered in words
    std::string text; ///< whole
    SpanStatus outcome = SpanStatus::Unknown; ///< how the source judges the run

    bool operator==(const FinalAnswer&) const = default;
};

/// The last words of the first agent of a trace. Reads a few payloads; what cannot be read is left
/// out.
FinalAnswer finalAnswer(const ComparedTrace& side);

} // namespace tracestore
