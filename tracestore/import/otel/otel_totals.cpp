#include "tracestore/import/otel/otel_totals.h"

namespace tracestore {
namespace {

    /// The model calls that a span sees below it, up to the next agent or tool.
    struct Below
    {
        std::uint32_t calls = 0;
        std::uint32_t callsWithUsage = 0;
        SpanId onlyWithUsage;
        bool hasUsage = false; ///< anywhere below, whatever stands between
    };

    class TotalsSettler
    {
    public:
        TotalsSettler(TraceBuilder& builder, std::span<const OtelSpanHint> hints)
            : m_builder(builder)
            , m_spans(builder.columns())
            , m_hints(hints)
            , m_below(m_spans.size())
        { }

        void run()
        {
            const std::vector<SpanId> order = childrenFirst();
            for (const SpanId span : order)
                settleFromBelow(span);
            m_call.resize(m_spans.size());
            m_tool.resize(m_spans.size());
            for (std::size_t i = order.size(); i-- > 0;)
                settleFromAbove(order[i]);
        }

    private:
        [[nodiscard]] SpanKind kind(SpanId span) const { return m_spans.kind[span.index()]; }

        [[nodiscard]] SpanId parent(SpanId span) const { return m_spans.parent[span.index()]; }

        [[nodiscard]] bool hasUsage(SpanId span) const
        {
            return m_spans.usage[span.index()] != SpanId::kNone;
        }

        [[nodiscard]] bool counts(SpanId span) const
        {
            return m_spans.countsInTotals[span.index()] != 0;
        }

        [[nodiscard]] bool isBorder(SpanId span) const
        {
            return kind(span) == SpanKind::Agent || kind(span) == SpanKind::Tool;
        }

        void leaveOut(SpanId span) { m_spans.countsInTotals.set(span.index(), 0); }

        void linkSameCall(SpanId from, SpanId to)
        {
            m_builder.addLink({.from = from, .to = to, .kind = LinkKind::SameCallAs});
        }

        /// Every span after all that stand below it.
        [[nodiscard]] std::vector<SpanId> childrenFirst() const
        {
            std::vector<std::uint32_t> open(m_spans.size());
            for (std::size_t i = 0; i < m_spans.size(); ++i) {
                if (const SpanId above = m_spans.parent[i]; above.isValid())
                    ++open[above.index()];
            }
            std::vector<SpanId> order;
            order.reserve(m_spans.size());
            for (std::size_t i = 0; i < m_spans.size(); ++i) {
                if (open[i] == 0)
                    order.emplace_back(i);
            }
            for (std::size_t i = 0; i < order.size(); ++i) {
                const SpanId above = parent(order[i]);
                if (above.isValid() && --open[above.index()] == 0)
                    order.push_back(above);
            }
            return order;
        }

        void settleFromBelow(SpanId span)
        {
            const Below below = m_below[span.index()];
            const OtelSpanHint& hint = m_hints[span.index()];
            const bool isCall = kind(span) == SpanKind::Llm;
            const bool isWrapper = isCall
                ? below.callsWithUsage > 0 || (below.calls > 0 && !hasUsage(span))
                : hasUsage(span) && below.hasUsage;
            if (isWrapper || hint.isWrapper || hint.isCopy)
                leaveOut(span);
            if (isCall && isWrapper && below.callsWithUsage == 1)
                linkSameCall(span, below.onlyWithUsage);
            const SpanId above = parent(span);
            if (above.isValid() && !hint.isCopy)
                tell(m_below[above.index()], span, below);
        }

        void tell(Below& above, SpanId span, const Below& below)
        {
            above.hasUsage = above.hasUsage || below.hasUsage
                || (hasUsage(span) && !m_hints[span.index()].isWrapper);
            if (isBorder(span))
                return;
            if (kind(span) == SpanKind::Llm) {
                ++above.calls;
                if (hasUsage(span) || below.callsWithUsage > 0) {
                    ++above.callsWithUsage;
                    above.onlyWithUsage = below.callsWithUsage == 1 ? below.onlyWithUsage : span;
                }
                return;
            }
            above.calls += below.calls;
            above.callsWithUsage += below.callsWithUsage;
            if (below.callsWithUsage > 0)
                above.onlyWithUsage = below.onlyWithUsage;
        }

        /// A call without usage below one that has it is a part of that; a tool call below the same
        /// tool call is the other side of it.
        void settleFromAbove(SpanId span)
        {
            const std::size_t i = span.index();
            const SpanId above = parent(span);
            if (above.isValid()) {
                const bool isAboveBorder = isBorder(above);
                m_call[i] = isAboveBorder ? SpanId() : m_call[above.index()];
                if (kind(above) == SpanKind::Llm && hasUsage(above) && counts(above))
                    m_call[i] = above;
                const bool keepsTool
                    = kind(above) != SpanKind::Agent && kind(above) != SpanKind::Llm;
                m_tool[i] = keepsTool ? m_tool[above.index()] : SpanId();
                if (kind(above) == SpanKind::Tool && counts(above))
                    m_tool[i] = above;
            }
            if (kind(span) == SpanKind::Llm && m_call[i].isValid() && !hasUsage(span)) {
                leaveOut(span);
                linkSameCall(span, m_call[i]);
            }
            if (kind(span) == SpanKind::Tool && m_tool[i].isValid()
                && isSameTool(span, m_tool[i])) {
                leaveOut(span);
                linkSameCall(span, m_tool[i]);
                tellOutcome(m_tool[i], span);
            }
        }

        [[nodiscard]] bool isSameTool(SpanId span, SpanId outer) const
        {
            const StringId call = m_spans.toolCallId[span.index()];
            const StringId outerCall = m_spans.toolCallId[outer.index()];
            if (!call.isEmpty() && !outerCall.isEmpty())
                return call == outerCall;
            if (m_hints[span.index()].isMcp && m_hints[outer.index()].isMcp)
                return true;
            const bool isSameName = m_spans.name[span.index()] == m_spans.name[outer.index()];
            return isSameName
                && (m_hints[span.index()].isMcp
                    || m_hints[span.index()].scope != m_hints[outer.index()].scope);
        }

        /// The outer span of a pair often does not say how the call ended.
        void tellOutcome(SpanId outer, SpanId inner)
        {
            if (m_spans.status[outer.index()] != SpanStatus::Unknown)
                return;
            m_spans.status.set(outer.index(), m_spans.status[inner.index()]);
            if (m_spans.error[outer.index()] == SpanId::kNone)
                m_spans.error.set(outer.index(), m_spans.error[inner.index()]);
        }

        TraceBuilder& m_builder;
        SpanColumns& m_spans;
        std::span<const OtelSpanHint> m_hints;
        std::vector<Below> m_below;
        std::vector<SpanId> m_call; ///< the counted model call that a span is a part of
        std::vector<SpanId> m_tool; ///< the counted tool call that a span stands in
    };

} // namespace

void settleTotals(TraceBuilder& builder, std::span<const OtelSpanHint> hints)
{
    ENSURE(hints.size() == builder.spanCount());
    TotalsSettler(builder, hints).run();
}

} // namespace tracestore
