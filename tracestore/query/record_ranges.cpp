#include "tracestore/query/record_ranges.h"

#include <algorithm>

namespace tracestore {

RecordRanges::RecordRanges(const Trace& trace, FileId file, const std::vector<bool>& wanted)
    : m_trace(trace)
    , m_file(file)
    , m_wanted(wanted)
{
    if (!countInOrder())
        sort();
    m_nextSpan = 0;
    m_nextRaw = 0;
    m_read = nextPlace();
}

bool RecordRanges::isBefore(const Place& a, const Place& b)
{
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
}

/// The places in the order of the spans.
std::optional<RecordRanges::Place> RecordRanges::nextInOrder()
{
    const SpanColumns& spans = m_trace.columns();
    for (; m_nextSpan < spans.size(); ++m_nextSpan, m_nextRaw = 0) {
        const std::uint32_t count = spans.rawCount[m_nextSpan];
        while (m_nextRaw < count) {
            const RawRef ref = spans.raws[spans.firstRaw[m_nextSpan] + m_nextRaw++];
            if (ref.file == m_file && ref.length > 0)
                return Place {ref.offset, ref.offset + ref.length, SpanId(m_nextSpan)};
        }
    }
    return std::nullopt;
}

std::optional<RecordRanges::Place> RecordRanges::nextPlace()
{
    if (!m_sorted)
        return nextInOrder();
    return m_nextSpan < m_sorted->size() ? std::optional((*m_sorted)[m_nextSpan++]) : std::nullopt;
}

/// Adds up what is wanted; false where the places are in no order.
bool RecordRanges::countInOrder()
{
    std::optional<Place> before;
    bool isCounted = false;
    while (const auto place = nextInOrder()) {
        if (before && isBefore(*place, *before))
            return false;
        const bool isSame = before && !isBefore(*before, *place);
        isCounted = isSame && isCounted;
        if (!isCounted && m_wanted[place->span.index()]) {
            m_wantedBytes += place->end - place->begin;
            isCounted = true;
        }
        before = place;
    }
    return true;
}

void RecordRanges::sort()
{
    m_sorted.emplace();
    m_nextSpan = 0;
    m_nextRaw = 0;
    while (const auto place = nextInOrder())
        m_sorted->push_back(*place);
    std::ranges::stable_sort(*m_sorted, isBefore);
    m_wantedBytes = 0;
    bool isCounted = false;
    for (std::size_t i = 0; i < m_sorted->size(); ++i) {
        const Place& place = (*m_sorted)[i];
        isCounted = isCounted && i > 0 && !isBefore((*m_sorted)[i - 1], place);
        if (!isCounted && m_wanted[place.span.index()]) {
            m_wantedBytes += place.end - place.begin;
            isCounted = true;
        }
    }
}

/// Reads one more range to those ahead; false at the end.
bool RecordRanges::readRange()
{
    if (!m_read)
        return false;
    Range range {m_read->begin, m_read->end, m_spans.size(), 0};
    while (m_read && m_read->begin == range.begin && m_read->end == range.end) {
        if (m_wanted[m_read->span.index()])
            m_spans.push_back(m_read->span);
        m_read = nextPlace();
    }
    range.spanCount = m_spans.size() - range.firstSpan;
    m_ahead.push_back(range);
    return true;
}

void RecordRanges::moveTo(std::uint64_t offset)
{
    while ((!m_ahead.empty() || readRange()) && m_ahead.front().begin <= offset) {
        // What has ended goes at once, so that the list holds what is nested only.
        while (!m_open.empty() && m_open.back().end <= m_ahead.front().begin)
            m_open.pop_back();
        m_open.push_back(m_ahead.front());
        m_ahead.pop_front();
    }
    while (!m_open.empty() && m_open.back().end <= offset)
        m_open.pop_back();
}

std::span<const SpanId> RecordRanges::spansAt(std::uint64_t offset)
{
    moveTo(offset);
    if (m_open.empty())
        return {};
    return std::span(m_spans).subspan(m_open.back().firstSpan, m_open.back().spanCount);
}

std::uint64_t RecordRanges::nextBehind(std::uint64_t offset)
{
    moveTo(offset);
    const std::uint64_t next = !m_ahead.empty() || readRange() ? m_ahead.front().begin : kNowhere;
    const std::uint64_t end = m_open.empty() ? next : m_open.back().end;
    return std::max(offset + 1, std::min(next, end));
}

std::uint64_t RecordRanges::nextWanted(std::uint64_t offset)
{
    moveTo(offset);
    const auto isWanted = [](const Range& range) { return range.spanCount > 0; };
    if (std::ranges::any_of(m_open, isWanted))
        return offset;
    auto found = std::ranges::find_if(m_ahead, isWanted);
    while (found == m_ahead.end() && readRange())
        found = isWanted(m_ahead.back()) ? m_ahead.end() - 1 : m_ahead.end();
    return found == m_ahead.end() ? kNowhere : found->begin;
}

} // namespace tracestore
