#include "tracestore/export/slice_layout.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace tracestore {
namespace {

    /// Steps that overlap in more rows than this share the last one.
    constexpr std::size_t kMaxRows = 256;
    constexpr std::int64_t kOrderStep = 1000;

    /// The slices of one session, without threads.
    class SessionSlices
    {
    public:
        SessionSlices(const Trace& trace, SessionId session)
            : m_trace(trace)
        {
            for (const SpanId root : trace.roots(session)) {
                const std::size_t first = trace.preOrderIndex(root);
                const std::size_t last = first + trace.descendantCount(root);
                for (std::size_t i = first; i <= last; ++i)
                    m_spans.push_back(trace.preOrder()[i]);
            }
        }

        [[nodiscard]] std::vector<Slice> make() const
        {
            const bool hasTimes = std::ranges::any_of(
                m_spans, [this](SpanId span) { return m_trace.start(span).has_value(); });
            return hasTimes ? byTime() : byOrder();
        }

    private:
        [[nodiscard]] std::vector<Slice> byTime() const
        {
            const auto firstKnown = std::ranges::find_if(
                m_spans, [this](SpanId span) { return m_trace.start(span).has_value(); });
            std::int64_t last = m_trace.start(*firstKnown)->ns;
            std::vector<Slice> slices;
            slices.reserve(m_spans.size());
            for (const SpanId span : m_spans) {
                const auto start = m_trace.start(span);
                const auto duration = m_trace.duration(span);
                Slice slice {.span = span, .start = start ? start->ns : last};
                slice.isPoint = !start || !duration;
                slice.end = slice.isPoint ? slice.start : slice.start + duration->ns;
                last = slice.start;
                slices.push_back(slice);
            }
            return slices;
        }

        /// A parent reaches from its own place to behind the last of its descendants.
        [[nodiscard]] std::vector<Slice> byOrder() const
        {
            std::vector<Slice> slices;
            slices.reserve(m_spans.size());
            for (std::size_t i = 0; i < m_spans.size(); ++i) {
                const auto below = static_cast<std::int64_t>(m_trace.descendantCount(m_spans[i]));
                const std::int64_t start = static_cast<std::int64_t>(i) * kOrderStep;
                slices.push_back({.span = m_spans[i],
                                  .start = start,
                                  .end = start + (below + 1) * kOrderStep,
                                  .isOrderOnly = true});
            }
            return slices;
        }

        const Trace& m_trace;
        std::vector<SpanId> m_spans;
    };

    /// The rows of one agent, each with the ends of the slices that are open there.
    class AgentRows
    {
    public:
        /// The row on which a slice nests; slices come in order of their starts.
        std::size_t place(const Slice& slice)
        {
            for (std::size_t row = 0; row < m_rows.size(); ++row) {
                if (fits(m_rows[row], slice))
                    return push(row, slice);
            }
            if (m_rows.size() < kMaxRows)
                m_rows.emplace_back();
            return push(m_rows.size() - 1, slice);
        }

    private:
        static bool fits(std::vector<std::int64_t>& open, const Slice& slice)
        {
            while (!open.empty() && open.back() <= slice.start)
                open.pop_back();
            return open.empty() || slice.end <= open.back();
        }

        std::size_t push(std::size_t row, const Slice& slice)
        {
            if (!slice.isPoint)
                m_rows[row].push_back(slice.end);
            return row;
        }

        std::vector<std::vector<std::int64_t>> m_rows;
    };

    using ThreadKey = std::tuple<SessionId, AgentId, std::size_t>;

} // namespace

SliceLayout layOutSlices(const Trace& trace)
{
    SliceLayout layout;
    std::map<ThreadKey, std::uint32_t> threads;
    for (std::size_t i = 0; i < trace.sessions().size(); ++i) {
        const SessionId session(i);
        std::vector<Slice> slices = SessionSlices(trace, session).make();
        std::ranges::stable_sort(slices, [](const Slice& a, const Slice& b) {
            return a.start != b.start ? a.start < b.start : a.end > b.end;
        });
        std::map<AgentId, AgentRows> rows;
        for (Slice& slice : slices) {
            const AgentId agent = trace.agentOf(slice.span);
            const std::size_t row = rows[agent].place(slice);
            const auto [known, isNew] = threads.try_emplace(
                {session, agent, row}, static_cast<std::uint32_t>(layout.threads.size()));
            if (isNew)
                layout.threads.push_back({session, agent, static_cast<std::uint32_t>(row)});
            slice.thread = known->second;
        }
        std::ranges::move(slices, std::back_inserter(layout.slices));
    }
    std::ranges::stable_sort(layout.slices, {}, &Slice::thread);
    return layout;
}

} // namespace tracestore
