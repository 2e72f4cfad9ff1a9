#pragma once

#include "gui/context/trace_growth.h"
#include "gui/models/step_tree.h"

namespace gui {

/// What a row of the step tree says of tokens and money; absent is unknown.
struct StepFigures
{
    std::optional<std::int64_t> tokens;
    std::optional<tracestore::Cost> cost;
    bool isSum = false; ///< of the steps below, not the step's own
    bool isCostMixed = false; ///< partly recorded, partly computed

    bool operator==(const StepFigures&) const = default;
};

/// The sums of tokens and cost of every step that has steps below, made in one pass and kept while
/// the trace grows. Wrappers and copies are left out of them, as in tracestore::totals(). Costs of
/// unlike currencies make no sum.
class StepSums
{
public:
    explicit StepSums(const StepTree& tree);

    /// Takes over the same steps and more of them: adds up only what is above those that are new or
    /// changed.
    void update(const StepTree& tree, const TraceGrowth& growth);

    /// What stands in a row: the call's own figures, or the sum where the step has none or is a
    /// wrapper.
    [[nodiscard]] StepFigures figures(const StepTree& tree, StepTree::Node node) const;

private:
    struct Sum
    {
        std::int64_t tokens = 0;
        double cost = 0;
        bool hasTokens = false;
        bool hasReported = false;
        bool hasComputed = false;
    };

    static Sum own(const tracestore::Trace& trace, tracestore::SpanId span);
    static void add(Sum& to, const Sum& sum);
    void addUpAll(const tracestore::Trace& trace);
    void addUp(const tracestore::Trace& trace, tracestore::SpanId span);
    void addUpSessions(const tracestore::Trace& trace);
    void noteCurrency(const tracestore::Trace& trace, tracestore::SpanId span);

    std::vector<Sum> m_sums; ///< by SpanId, with all that is below
    std::vector<Sum> m_sessionSums; ///< by SessionId
    std::string m_currency;
    bool m_isOneCurrency = true;
};

} // namespace gui
