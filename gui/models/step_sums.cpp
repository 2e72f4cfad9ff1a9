#include "gui/models/step_sums.h"

#include <algorithm>

namespace gui {

using tracestore::Cost;
using tracestore::CostSource;
using tracestore::SpanId;
using tracestore::SpanKind;

namespace {

    bool isCall(SpanKind kind)
    {
        return kind == SpanKind::Llm || kind == SpanKind::Embedding;
    }

} // namespace

StepSums::Sum StepSums::own(const tracestore::Trace& trace, SpanId span)
{
    Sum sum;
    if (!trace.countsInTotals(span))
        return sum;
    if (const auto* usage = trace.usage(span); usage != nullptr && usage->total()) {
        sum.tokens = *usage->total();
        sum.hasTokens = true;
    }
    if (const Cost* cost = trace.cost(span)) {
        sum.cost = cost->amount;
        sum.hasReported = cost->source == CostSource::Reported;
        sum.hasComputed = !sum.hasReported;
    }
    return sum;
}

void StepSums::add(Sum& to, const Sum& sum)
{
    // Counts of strangers may be absurd: saturate instead of overflowing.
    if (__builtin_add_overflow(to.tokens, sum.tokens, &to.tokens))
        to.tokens = std::numeric_limits<std::int64_t>::max();
    to.cost += sum.cost;
    to.hasTokens |= sum.hasTokens;
    to.hasReported |= sum.hasReported;
    to.hasComputed |= sum.hasComputed;
}

StepSums::StepSums(const StepTree& tree)
{
    const tracestore::Trace& trace = tree.trace();
    m_own.resize(trace.spanCount());
    for (std::size_t i = 0; i < trace.spanCount(); ++i)
        takeOwn(trace, SpanId(i));
    addUp(tree);
}

void StepSums::update(const StepTree& tree, const TraceGrowth& growth)
{
    const tracestore::Trace& trace = tree.trace();
    m_own.resize(trace.spanCount());
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        if (growth.concerns(SpanId(i)))
            takeOwn(trace, SpanId(i));
    }
    addUp(tree);
}

void StepSums::takeOwn(const tracestore::Trace& trace, SpanId span)
{
    m_own[span.index()] = own(trace, span);
    if (const Cost* cost = trace.cost(span)) {
        m_isOneCurrency &= m_currency.empty() || m_currency == cost->currency;
        m_currency = cost->currency;
    }
}

void StepSums::addUp(const StepTree& tree)
{
    m_entries.clear();
    std::vector<Sum> sums(tree.nodeCount());
    // Backwards, every node is complete before its parent takes it.
    for (std::size_t i = sums.size(); i-- > 0;) {
        const auto node = static_cast<StepTree::Node>(i);
        if (const SpanId span = tree.spanAt(node); span.isValid())
            add(sums[i], m_own[span.index()]);
        if (const auto parent = tree.parentOf(node))
            add(sums[*parent], sums[i]);
        if (tree.countBelow(node) > 0)
            m_entries.push_back({node, sums[i]});
    }
    std::ranges::reverse(m_entries);
}

StepFigures StepSums::figures(const StepTree& tree, StepTree::Node node) const
{
    StepFigures figures;
    const tracestore::Trace& trace = tree.trace();
    const SpanId span = tree.spanAt(node);
    if (span.isValid()) {
        if (const auto* usage = trace.usage(span))
            figures.tokens = usage->total();
        if (const Cost* cost = trace.cost(span))
            figures.cost = *cost;
        if (isCall(trace.kind(span)) && (figures.tokens || figures.cost))
            return figures;
    }
    const auto found = std::ranges::lower_bound(m_entries, node, {}, &Entry::node);
    if (found == m_entries.end() || found->node != node)
        return figures;
    const Sum& sum = found->sum;
    if (sum.hasTokens) {
        figures.tokens = sum.tokens;
        figures.isSum = true;
    }
    if ((sum.hasReported || sum.hasComputed) && m_isOneCurrency) {
        const auto source = sum.hasReported ? CostSource::Reported : CostSource::Computed;
        figures.cost = Cost {sum.cost, m_currency, source};
        figures.isCostMixed = sum.hasReported && sum.hasComputed;
        figures.isSum = true;
    }
    return figures;
}

} // namespace gui
