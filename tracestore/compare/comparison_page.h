#pragma once

#include "tracestore/compare/comparison.h"
#include "tracestore/store/byte_sink.h"

namespace tracestore {

/// What the two sides are called on the page.
struct ComparedNames
{
    std::string a;
    std::string b;
};

/// A comparison as one page that any browser opens without a network, to be read, printed and sent
/// on: the summary, where they part, the aligned steps with their differences to unfold, the
/// figures and both answers. It holds no script, and its policy lets none run: texts are those of
/// strangers. Differences longer than kMostLines are cut there, and the page says so.
Result<void> writeComparisonPage(const Comparison& comparison,
                                 const ComparedNames& names,
                                 ByteSink& sink,
                                 Job& job);

inline constexpr std::size_t kMostLines = 2000;

/// A figure for people: `12,345`, `$0.0123`, `1.25 s`, `37.5 %`; `?` where it is not known.
[[nodiscard]] std::string figureText(const MetricRow& row, std::optional<double> figure);

/// The same of the difference, with its sign; empty where it is not known.
[[nodiscard]] std::string differenceText(const MetricRow& row);

} // namespace tracestore
