#pragma once

#include "tracestore/compare/step_difference.h"
#include "tracestore/compare/trace_metrics.h"

namespace tracestore {

/// Everything that is said about two traces before one looks into a pair.
struct Comparison
{
    ComparedTrace a;
    ComparedTrace b;
    TraceAlignment alignment;
    std::vector<MetricRow> metrics;
    FinalAnswer answerA;
    FinalAnswer answerB;

    /// Every pair is the same in all that counts.
    [[nodiscard]] bool isSame() const
    {
        return alignment.changed + alignment.onlyA + alignment.onlyB == 0;
    }
};

/// The traces outlive the comparison. Fails only where it is cancelled.
Result<Comparison> compareTraces(const ComparedTrace& a, const ComparedTrace& b, Job& job);

/// The figures of a comparison by name, for conditions: `equal`, `changed`, `only_a`, `only_b`,
/// `differences` (the sum of the last three), `diverged` (1 or 0), `shared`, and those of
/// compareMetrics() behind `a.` and `b.`. Nothing: there is no figure of that name. A tool that
/// nobody called was called 0 times.
[[nodiscard]] std::optional<std::optional<double>> figureOf(const Comparison& comparison,
                                                            std::string_view name);

/// The comparison in a few sentences, as the first thing to tell: how many steps are the same, and
/// where the first difference is that stays.
[[nodiscard]] std::string summaryText(const Comparison& comparison);

/// What a pair is, in words: `only in A`, `other arguments and result`, `tried in A, done again`,
/// `moved: step 12 in B`.
[[nodiscard]] std::string describe(const Comparison& comparison, const StepPair& pair);

/// Whether a field of stepDifference() says something about a pair: it differs, and is neither what
/// every model call is sent again nor, of a step that one side has, how it was configured.
[[nodiscard]] bool isWorthTelling(const StepPair& pair, const FieldPair& field);

/// `llm gpt-4o`, `tool search`, by the side that has it.
[[nodiscard]] std::string titleOf(const Comparison& comparison, const StepPair& pair);

} // namespace tracestore
