#include "gui/models/step_sums.h"

#include <algorithm>
#include <functional>

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
    addUpAll(tree.trace());
}

void StepSums::addUpAll(const tracestore::Trace& trace)
{
    m_sums.assign(trace.spanCount(), {});
    m_currency.clear();
    m_isOneCurrency = true;
    // Backwards, every step is complete before its parent takes it.
    const auto& order = trace.preOrder();
    for (auto span = order.rbegin(); span != order.rend(); ++span) {
        addUp(trace, *span);
        noteCurrency(trace, *span);
    }
    addUpSessions(trace);
}

/// From what its children have already.
void StepSums::addUp(const tracestore::Trace& trace, SpanId span)
{
    Sum sum = own(trace, span);
    for (const SpanId child : trace.children(span))
        add(sum, m_sums[child.index()]);
    m_sums[span.index()] = sum;
}

void StepSums::addUpSessions(const tracestore::Trace& trace)
{
    m_sessionSums.assign(trace.sessions().size(), {});
    for (const SpanId root : trace.roots())
        add(m_sessionSums[trace.sessionOf(root).index()], m_sums[root.index()]);
}

void StepSums::noteCurrency(const tracestore::Trace& trace, SpanId span)
{
    if (const Cost* cost = trace.cost(span)) {
        m_isOneCurrency &= m_currency.empty() || m_currency == cost->currency;
        m_currency = cost->currency;
    }
}

void StepSums::update(const StepTree& tree, const TraceGrowth& growth)
{
    const tracestore::Trace& trace = tree.trace();
    // Who has lost a step would have to be found out.
    if (!growth.isTreeKept)
        return addUpAll(trace);
    m_sums.resize(trace.spanCount());
    std::vector<bool> isTouched(trace.spanCount());
    std::vector<SpanId> touched;
    const auto touch = [&](SpanId span) {
        noteCurrency(trace, span);
        for (; span.isValid() && !isTouched[span.index()]; span = trace.parent(span)) {
            isTouched[span.index()] = true;
            touched.push_back(span);
        }
    };
    std::ranges::for_each(growth.changed, touch);
    for (std::size_t i = growth.firstNew; i < trace.spanCount(); ++i)
        touch(SpanId(i));
    std::ranges::sort(
        touched, std::greater(), [&](SpanId span) { return trace.preOrderIndex(span); });
    for (const SpanId span : touched)
        addUp(trace, span);
    addUpSessions(trace);
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
    if (tree.countBelow(node) == 0)
        return figures;
    const Sum& sum
        = span.isValid() ? m_sums[span.index()] : m_sessionSums[tree.sessionAt(node).index()];
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
