#include "gui/timeline/timeline_intervals.h"

#include <algorithm>

namespace gui {

using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Timestamp;
using tracestore::Trace;

namespace {

    /// What stands for a step where nothing has times.
    constexpr std::int64_t kStepNs = 1'000'000;

    /// Times beyond this (some 30 years) from the median are taken for a broken clock.
    constexpr std::int64_t kAbsurdNs = std::int64_t {1'000'000'000} * 86400 * 365 * 30;

    /// The start that half of the spans lie before; nothing where none has one.
    std::optional<std::int64_t> medianStart(const Trace& trace)
    {
        std::vector<std::int64_t> starts;
        for (std::size_t i = 0; i < trace.spanCount(); ++i) {
            if (const auto start = trace.start(SpanId(i)))
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
    void placeByOrder(const Trace& trace, TimelineIntervals& to)
    {
        std::int64_t now = 0;
        for (const SpanId span : trace.preOrder()) {
            to.of[span.index()] = {now, now, true, false};
            if (trace.descendantCount(span) == 0)
                now += kStepNs;
        }
        for (auto it = trace.preOrder().rbegin(); it != trace.preOrder().rend(); ++it) {
            TimelineInterval& interval = to.of[it->index()];
            if (trace.descendantCount(*it) == 0)
                interval.end = interval.start + kStepNs;
            if (const SpanId parent = trace.parent(*it); parent.isValid())
                to.of[parent.index()].end = std::max(to.of[parent.index()].end, interval.end);
        }
        to.length = std::max<std::int64_t>(now, 1);
    }

    /// Starts as recorded; a span without one stands where what precedes it in the tree stood.
    void placeStarts(const Trace& trace, std::int64_t median, TimelineIntervals& to)
    {
        std::int64_t last = 0;
        for (const SpanId span : trace.preOrder()) {
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
    void placeEnds(const Trace& trace, std::int64_t median, TimelineIntervals& to)
    {
        std::vector<std::int64_t> below(to.of.size(), 0);
        for (auto it = trace.preOrder().rbegin(); it != trace.preOrder().rend(); ++it) {
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

    std::int64_t medianStep(const Trace& trace, const TimelineIntervals& intervals)
    {
        std::vector<std::int64_t> lengths;
        for (std::size_t i = 0; i < intervals.of.size(); ++i) {
            const TimelineInterval& step = intervals.of[i];
            if (!isContainer(trace.kind(SpanId(i))) && step.end > step.start)
                lengths.push_back(step.end - step.start);
        }
        if (lengths.empty())
            return intervals.length;
        const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
        std::ranges::nth_element(lengths, middle);
        return *middle;
    }

    double idleShare(const Trace& trace, const TimelineIntervals& intervals)
    {
        std::vector<std::pair<std::int64_t, std::int64_t>> steps;
        for (std::size_t i = 0; i < intervals.of.size(); ++i) {
            if (!isContainer(trace.kind(SpanId(i))))
                steps.emplace_back(intervals.of[i].start, intervals.of[i].end);
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

TimelineIntervals timelineIntervals(const Trace& trace)
{
    TimelineIntervals result;
    result.of.resize(trace.spanCount());
    const auto median = medianStart(trace);
    result.hasTimes = median.has_value();
    if (!median) {
        placeByOrder(trace, result);
        return result;
    }
    std::int64_t first = *median;
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        if (const auto start = trace.start(SpanId(i)); isNear(start, *median))
            first = std::min(first, start->ns);
    }
    result.origin = Timestamp {first};
    placeStarts(trace, *median, result);
    placeEnds(trace, *median, result);
    for (const TimelineInterval& interval : result.of)
        result.length = std::max(result.length, interval.end);
    result.idleShare = idleShare(trace, result);
    result.medianStep = medianStep(trace, result);
    return result;
}

bool isContainer(SpanKind kind)
{
    return kind == SpanKind::Session || kind == SpanKind::Agent || kind == SpanKind::Workflow
        || kind == SpanKind::Turn;
}

} // namespace gui
