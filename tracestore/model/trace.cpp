#include "tracestore/model/trace.h"

#include <algorithm>
#include <numeric>

namespace tracestore {
Trace::Trace(Data data)
    : m_data(std::move(data))
{
    ENSURE(m_data.payloads != nullptr);
    indexChildren();
    walk();
}

std::span<const SpanLink> Trace::linksFrom(SpanId span) const
{
    const auto first = std::ranges::lower_bound(m_data.links, span, {}, &SpanLink::from);
    const auto last = std::ranges::upper_bound(m_data.links, span, {}, &SpanLink::from);
    return {first, last};
}

std::optional<Duration> Trace::duration(SpanId span) const
{
    const auto from = start(span);
    const auto to = end(span);
    if (!from || !to || *to < *from)
        return {};
    const Duration length = *to - *from;
    return length.ns < 0 ? std::nullopt : std::optional(length);
}

std::string_view Trace::model(SpanId span) const
{
    const StringId responded = m_data.spans.respondedModel[span.index()];
    return text(responded.isEmpty() ? m_data.spans.requestedModel[span.index()] : responded);
}

const TokenUsage* Trace::usage(SpanId span) const
{
    const auto at = m_data.spans.usage[span.index()];
    return at == SpanId::kNone ? nullptr : &m_data.spans.usages[at];
}

const Cost* Trace::cost(SpanId span) const
{
    const auto at = m_data.spans.cost[span.index()];
    return at == SpanId::kNone ? nullptr : &m_data.spans.costs[at];
}

const SpanError* Trace::error(SpanId span) const
{
    const auto at = m_data.spans.error[span.index()];
    return at == SpanId::kNone ? nullptr : &m_data.spans.errors[at];
}

std::vector<RawRef> Trace::raw(SpanId span) const
{
    std::vector<RawRef> refs;
    const std::size_t first = m_data.spans.firstRaw[span.index()];
    for (std::size_t i = 0; i < m_data.spans.rawCount[span.index()]; ++i)
        refs.push_back(m_data.spans.raws[first + i]);
    return refs;
}

std::span<const SpanId> Trace::children(SpanId span) const
{
    const auto first = m_firstChild[span.index()];
    return {m_childList.data() + first, m_firstChild[span.index() + 1] - first};
}

std::span<const SpanId> Trace::roots() const
{
    const auto first = m_firstChild[spanCount()];
    return {m_childList.data() + first, m_firstChild[spanCount() + 1] - first};
}

std::span<const SpanId> Trace::roots(SessionId session) const
{
    const auto first = m_firstRootOfSession[session.index()];
    return roots().subspan(first, m_firstRootOfSession[session.index() + 1] - first);
}

/// Counting sort of all spans by parent; roots count as the children of a span past the last.
void Trace::indexChildren()
{
    const std::size_t count = spanCount();
    const auto slot = [&](std::size_t i) {
        const SpanId parent = m_data.spans.parent[i];
        return parent.isValid() ? parent.index() : count;
    };
    m_firstChild.assign(count + 2, 0);
    for (std::size_t i = 0; i < count; ++i)
        ++m_firstChild[slot(i) + 1];
    std::partial_sum(m_firstChild.begin(), m_firstChild.end(), m_firstChild.begin());
    m_childList.resize(count);
    auto next = m_firstChild;
    for (std::size_t i = 0; i < count; ++i)
        m_childList[next[slot(i)]++] = SpanId(i);
    for (std::size_t i = 0; i <= count; ++i) {
        const auto first = m_firstChild[i];
        sortSiblings(std::span(m_childList).subspan(first, m_firstChild[i + 1] - first));
    }

    const std::span allRoots = std::span(m_childList).subspan(m_firstChild[count]);
    std::ranges::stable_sort(allRoots, {}, [&](SpanId root) { return sessionOf(root); });
    m_firstRootOfSession.assign(m_data.sessions.size() + 1, 0);
    for (const SpanId root : allRoots)
        ++m_firstRootOfSession[sessionOf(root).index() + 1];
    std::partial_sum(
        m_firstRootOfSession.begin(), m_firstRootOfSession.end(), m_firstRootOfSession.begin());
}

void Trace::sortSiblings(std::span<SpanId> siblings) const
{
    if (siblings.size() < 2)
        return;
    std::vector<std::pair<std::int64_t, SpanId>> keyed;
    keyed.reserve(siblings.size());
    std::int64_t last = SpanColumns::kNoTime;
    for (const SpanId span : siblings) {
        const std::int64_t start = m_data.spans.start[span.index()];
        last = start == SpanColumns::kNoTime ? last : start;
        keyed.emplace_back(last, span);
    }
    if (std::ranges::is_sorted(keyed, {}, &std::pair<std::int64_t, SpanId>::first))
        return;
    std::ranges::stable_sort(keyed, {}, &std::pair<std::int64_t, SpanId>::first);
    std::ranges::transform(keyed, siblings.begin(), &std::pair<std::int64_t, SpanId>::second);
}

/// Pre-order, depth and subtree sizes without recursion: chains may be 100,000 deep.
void Trace::walk()
{
    const std::size_t count = spanCount();
    m_preOrder.reserve(count);
    m_preOrderIndex.assign(count, 0);
    m_descendants.assign(count, 0);
    m_depth.assign(count, 0);
    std::vector<SpanId> open(roots().rbegin(), roots().rend());
    while (!open.empty()) {
        const SpanId span = open.back();
        open.pop_back();
        m_preOrderIndex[span.index()] = static_cast<std::uint32_t>(m_preOrder.size());
        m_preOrder.push_back(span);
        if (const SpanId parent = this->parent(span); parent.isValid())
            m_depth[span.index()] = m_depth[parent.index()] + 1;
        const auto below = children(span);
        open.insert(open.end(), below.rbegin(), below.rend());
    }
    ENSURE(m_preOrder.size() == count);
    for (auto it = m_preOrder.rbegin(); it != m_preOrder.rend(); ++it) {
        if (const SpanId parent = this->parent(*it); parent.isValid())
            m_descendants[parent.index()] += m_descendants[it->index()] + 1;
    }
}

} // namespace tracestore
