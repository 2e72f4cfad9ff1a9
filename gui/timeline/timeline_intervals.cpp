#include "gui/timeline/timeline_intervals.h"

#include <algorithm>

namespace gui {

using tracestore::SessionId;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Timestamp;
using tracestore::Trace;

namespace {

    using Spans = std::span<const SpanId>;

    /// What stands for a step where nothing has times.
    constexpr std::int64_t kStepNs = 1'000'000;

    /// Times beyond this (some 30 years) from the median are taken for a broken clock.
    constexpr std::int64_t kAbsurdNs = std::int64_t {1'000'000'000} * 86400 * 365 * 30;

    /// The start that half of the spans lie before; nothing where none has one.
    std::optional<std::int64_t> medianStart(const Trace& trace, Spans spans)
    {
        std::vector<std::int64_t> starts;
        for (const SpanId span : spans) {
            if (const auto start = trace.start(span))
                starts.push_back(start->ns);
        }
        if (starts.empty())
            return {};
        const auto middle = starts.begin() + static_cast<std::ptrdiff_t>(starts.size() / 2);
        std::ranges::nth_element(starts, middle);
        return *middle;
    }

    bool isNear(std::optional<Timestamp> time, std::int64_t median)
    {
        return time && time->ns > median - kAbsurdNs && time->ns < median + kAbsurdNs;
    }

    /// Spans in the order of the tree, a millisecond for each that holds no other.
    void placeByOrder(const Trace& trace, Spans spans, TimelineIntervals& to)
    {
        std::int64_t now = 0;
        for (const SpanId span : spans) {
            to.of[span.index()] = {now, now, true, false};
            if (trace.descendantCount(span) == 0)
                now += kStepNs;
        }
        for (auto it = spans.rbegin(); it != spans.rend(); ++it) {
            TimelineInterval& interval = to.of[it->index()];
            if (trace.descendantCount(*it) == 0)
                interval.end = interval.start + kStepNs;
            if (const SpanId parent = trace.parent(*it); parent.isValid())
                to.of[parent.index()].end = std::max(to.of[parent.index()].end, interval.end);
        }
        to.length = std::max<std::int64_t>(now, 1);
    }

    /// Starts as recorded; a span without one stands where what precedes it in the tree stood.
    void placeStarts(const Trace& trace, Spans spans, std::int64_t median, TimelineIntervals& to)
    {
        std::int64_t last = 0;
        for (const SpanId span : spans) {
            const auto start = trace.start(span);
            TimelineInterval& interval = to.of[span.index()];
            interval.isPlaced = !isNear(start, median);
            if (!interval.isPlaced)
                last = start->ns - to.origin.ns;
            else if (const SpanId parent = trace.parent(span); parent.isValid())
                last = std::max(last, to.of[parent.index()].start);
            interval.start = last;
            interval.end = last;
        }
    }

    /// Ends as recorded; a span without one reaches as far as what it holds, or is a mark.
    void placeEnds(const Trace& trace, Spans spans, std::int64_t median, TimelineIntervals& to)
    {
        std::vector<std::int64_t> below(to.of.size(), 0);
        for (auto it = spans.rbegin(); it != spans.rend(); ++it) {
            const SpanId span = *it;
            TimelineInterval& interval = to.of[span.index()];
            const auto end = trace.end(span);
            const bool isKnown = isNear(end, median) && end->ns - to.origin.ns >= interval.start;
            interval.isOpen = !isKnown && !interval.isPlaced;
            interval.end
                = isKnown ? end->ns - to.origin.ns : std::max(interval.start, below[span.index()]);
            if (const SpanId parent = trace.parent(span); parent.isValid())
                below[parent.index()]
                    = std::max({below[parent.index()], below[span.index()], interval.end});
        }
    }

    /// Steps that still run reach to where the clock is.
    void stretchRunning(const Trace& trace, Spans spans, Timestamp now, TimelineIntervals& to)
    {
        const std::int64_t end = now.ns - to.origin.ns;
        for (const SpanId span : spans) {
            TimelineInterval& interval = to.of[span.index()];
            if (interval.isOpen && trace.status(span) == SpanStatus::Pending)
                interval.end = std::max(interval.end, end);
        }
    }

    std::vector<std::int64_t>
    stepLengths(const Trace& trace, Spans spans, const TimelineIntervals& intervals)
    {
        std::vector<std::int64_t> lengths;
        for (const SpanId span : spans) {
            const TimelineInterval& step = intervals.of[span.index()];
            if (!isContainer(trace.kind(span)) && step.end > step.start)
                lengths.push_back(step.end - step.start);
        }
        return lengths;
    }

    /// The length at a place in the order of lengths.
    std::int64_t lengthAt(std::vector<std::int64_t>& lengths, std::size_t place)
    {
        const auto at = lengths.begin() + static_cast<std::ptrdiff_t>(place);
        std::ranges::nth_element(lengths, at);
        return *at;
    }

    /// `longest`: what takes longer than this counts as waiting.
    double idleShare(const Trace& trace,
                     Spans spans,
                     const TimelineIntervals& intervals,
                     std::int64_t longest)
    {
        std::vector<std::pair<std::int64_t, std::int64_t>> steps;
        for (const SpanId span : spans) {
            const TimelineInterval& step = intervals.of[span.index()];
            if (!isContainer(trace.kind(span)) && step.end - step.start <= longest)
                steps.emplace_back(step.start, step.end);
        }
        std::ranges::sort(steps);
        std::int64_t busy = 0;
        std::int64_t reached = 0;
        for (const auto& [start, end] : steps) {
            busy += std::max<std::int64_t>(0, end - std::max(start, reached));
            reached = std::max(reached, end);
        }
        return 1.0 - static_cast<double>(busy) / static_cast<double>(intervals.length);
    }

} // namespace

std::span<const SpanId> timelineSpans(const Trace& trace, SessionId session)
{
    const Spans all = trace.preOrder();
    if (!session.isValid())
        return all;
    const auto roots = trace.roots(session);
    if (roots.empty())
        return {};
    const std::size_t first = trace.preOrderIndex(roots.front());
    const std::size_t last
        = trace.preOrderIndex(roots.back()) + trace.descendantCount(roots.back());
    return all.subspan(first, last + 1 - first);
}

TimelineIntervals
timelineIntervals(const Trace& trace, SessionId session, std::optional<Timestamp> now)
{
    TimelineIntervals result;
    result.of.resize(trace.spanCount());
    const Spans spans = timelineSpans(trace, session);
    const auto median = medianStart(trace, spans);
    result.hasTimes = median.has_value();
    if (!median) {
        placeByOrder(trace, spans, result);
        return result;
    }
    std::int64_t first = *median;
    for (const SpanId span : spans) {
        if (const auto start = trace.start(span); isNear(start, *median))
            first = std::min(first, start->ns);
    }
    result.origin = Timestamp {first};
    placeStarts(trace, spans, *median, result);
    placeEnds(trace, spans, *median, result);
    if (isNear(now, *median))
        stretchRunning(trace, spans, *now, result);
    for (const SpanId span : spans) {
        const TimelineInterval& interval = result.of[span.index()];
        result.length = std::max(result.length, interval.end);
        result.closedLength
            = std::max(result.closedLength, interval.isOpen ? interval.start : interval.end);
        if (interval.isOpen)
            result.open.push_back(span);
    }
    auto lengths = stepLengths(trace, spans, result);
    if (lengths.empty())
        lengths.push_back(result.length);
    // A tool call that waits for a person looks busy: of many steps the longest few do not count.
    constexpr std::size_t kOneInMany = 20;
    result.idleShare = idleShare(
        trace, spans, result, lengthAt(lengths, lengths.size() - 1 - lengths.size() / kOneInMany));
    result.medianStep = lengthAt(lengths, lengths.size() / 2);
    return result;
}

std::int64_t endMark(const TimelineInterval& interval)
{
    return interval.end == interval.start ? interval.start + 1 : interval.end;
}

bool isContainer(SpanKind kind)
{
    return kind == SpanKind::Session || kind == SpanKind::Agent || kind == SpanKind::Workflow
        || kind == SpanKind::Turn;
}

} // namespace gui
