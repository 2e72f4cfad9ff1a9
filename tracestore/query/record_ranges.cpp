#include "tracestore/query/record_ranges.h"

#include "tracestore/base/ensure.h"

#include <algorithm>

namespace tracestore {

std::vector<RecordRanges::Place> RecordRanges::placesIn(const Trace& trace, FileId file)
{
    const SpanColumns& spans = trace.columns();
    std::vector<Place> places;
    places.reserve(spans.raws.size());
    for (std::size_t i = 0; i < spans.size(); ++i) {
        for (std::uint32_t raw = 0; raw < spans.rawCount[i]; ++raw) {
            const RawRef& ref = spans.raws[spans.firstRaw[i] + raw];
            if (ref.file == file && ref.length > 0)
                places.push_back({ref.offset, ref.offset + ref.length, SpanId(i)});
        }
    }
    const auto isBefore = [](const Place& a, const Place& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    };
    // Most files are in order already.
    if (!std::ranges::is_sorted(places, isBefore))
        std::ranges::stable_sort(places, isBefore);
    return places;
}

RecordRanges::RecordRanges(const Trace& trace, FileId file, const std::vector<bool>& wanted)
{
    for (const Place& place : placesIn(trace, file)) {
        if (m_ranges.empty() || m_ranges.back().begin != place.begin
            || m_ranges.back().end != place.end)
            m_ranges.push_back(
                {place.begin, place.end, static_cast<std::uint32_t>(m_spans.size()), 0});
        if (!wanted[place.span.index()])
            continue;
        m_spans.push_back(place.span);
        ++m_ranges.back().spanCount;
        m_wantedBytes += m_ranges.back().spanCount == 1 ? place.end - place.begin : 0;
    }
    m_nextWanted.resize(m_ranges.size() + 1, static_cast<std::uint32_t>(m_ranges.size()));
    for (std::size_t i = m_ranges.size(); i-- > 0;)
        m_nextWanted[i]
            = m_ranges[i].spanCount > 0 ? static_cast<std::uint32_t>(i) : m_nextWanted[i + 1];
}

void RecordRanges::moveTo(std::uint64_t offset)
{
    while (m_next < m_ranges.size() && m_ranges[m_next].begin <= offset) {
        // What has ended goes at once, so that the list holds what is nested only.
        while (!m_open.empty() && m_ranges[m_open.back()].end <= m_ranges[m_next].begin)
            m_open.pop_back();
        m_open.push_back(static_cast<std::uint32_t>(m_next++));
    }
    while (!m_open.empty() && m_ranges[m_open.back()].end <= offset)
        m_open.pop_back();
}

std::span<const SpanId> RecordRanges::spansAt(std::uint64_t offset)
{
    moveTo(offset);
    if (m_open.empty())
        return {};
    const Range& range = m_ranges[m_open.back()];
    return std::span(m_spans).subspan(range.firstSpan, range.spanCount);
}

std::uint64_t RecordRanges::nextBehind(std::uint64_t offset) const
{
    const std::uint64_t next = m_next < m_ranges.size() ? m_ranges[m_next].begin : kNowhere;
    const std::uint64_t end = m_open.empty() ? next : m_ranges[m_open.back()].end;
    return std::max(offset + 1, std::min(next, end));
}

std::uint64_t RecordRanges::nextWanted(std::uint64_t offset) const
{
    const bool isInside = std::ranges::any_of(m_open, [&](std::uint32_t range) {
        return m_ranges[range].spanCount > 0 && m_ranges[range].end > offset;
    });
    if (isInside)
        return offset;
    const std::uint32_t wanted = m_nextWanted[m_next];
    return wanted == m_ranges.size() ? kNowhere : std::max(offset, m_ranges[wanted].begin);
}

} // namespace tracestore
