#include "gui/graph/sibling_order.h"

#include <queue>

#include <algorithm>
#include <optional>

namespace gui {

using tracestore::SpanColumns;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    struct Interval
    {
        std::int64_t start = SpanColumns::kNoTime;
        std::int64_t end = SpanColumns::kNoTime;
    };

    /// Clocks and roundings make a span end a little after its successor began; that is not
    /// parallel work.
    std::int64_t tolerance(std::int64_t length)
    {
        constexpr std::int64_t kMost = 1'000'000;
        return std::min(kMost, length / 10);
    }

    /// In a log whose lines alone carry times, a model call seems to last until its last line,
    /// while the tools that it asked for run already: it is over for them when the first of them
    /// begins.
    void endCallsBeforeTheirTools(const Trace& trace,
                                  std::span<const SpanId> siblings,
                                  std::vector<Interval>& times)
    {
        std::optional<std::int64_t> tool;
        for (std::size_t i = siblings.size(); i-- > 0;) {
            const bool isExact = trace.timeSource(siblings[i]) == tracestore::TimeSource::Exact;
            if (trace.kind(siblings[i]) == tracestore::SpanKind::Tool)
                tool = times[i].start;
            else if (trace.kind(siblings[i]) == tracestore::SpanKind::Llm && !isExact && tool)
                times[i].end = std::min(times[i].end, *tool);
        }
    }

    std::vector<Interval> intervals(const Trace& trace, std::span<const SpanId> siblings)
    {
        std::vector<Interval> result;
        result.reserve(siblings.size());
        std::int64_t last = SpanColumns::kNoTime;
        for (const SpanId span : siblings) {
            if (const auto start = trace.start(span))
                last = std::max(last, start->ns);
            Interval interval {last, last};
            const auto length = trace.duration(span);
            if (length && length->ns > 0 && trace.start(span)->ns == last)
                interval.end = trace.end(span)->ns - tolerance(length->ns);
            result.push_back(interval);
        }
        endCallsBeforeTheirTools(trace, siblings, result);
        return result;
    }

    /// The latest of the siblings that have ended and with whose start all earlier ends are
    /// superseded.
    struct Latest
    {
        std::int64_t start = SpanColumns::kNoTime;
        std::uint32_t sibling = kNone;

        static constexpr std::uint32_t kNone = SpanId::kNone;

        void add(std::int64_t begin, std::uint32_t place)
        {
            if (sibling == kNone || begin > start || (begin == start && place > sibling)) {
                start = begin;
                sibling = place;
            }
        }
    };

} // namespace

SiblingOrder orderSiblings(const Trace& trace, std::span<const SpanId> siblings)
{
    const std::vector<Interval> times = intervals(trace, siblings);
    SiblingOrder order;
    order.before.reserve(siblings.size());
    using Running = std::pair<std::int64_t, std::uint32_t>;
    std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
    Latest latest;
    // Waves that slide over one another could ask for a square of pairs.
    std::size_t budget = 4 * siblings.size() + 64;
    for (std::uint32_t i = 0; i < siblings.size(); ++i) {
        while (!running.empty() && running.top().first <= times[i].start) {
            const std::uint32_t done = running.top().second;
            running.pop();
            order.ended.push_back(done);
            latest.add(times[done].start, done);
        }
        const auto count = static_cast<std::uint32_t>(order.ended.size());
        std::uint32_t first = count;
        while (first > 0
               && (order.ended[first - 1] == latest.sibling
                   || times[order.ended[first - 1]].end > latest.start))
            --first;
        Predecessors before {first, count - first};
        const bool isSameAsBefore = !order.before.empty() && order.before.back() == before;
        if (!isSameAsBefore && before.count > budget)
            before = {count - 1, 1};
        if (!isSameAsBefore)
            budget -= std::min<std::size_t>(budget, before.count);
        order.before.push_back(before);
        running.emplace(times[i].end, i);
    }
    return order;
}

} // namespace gui
