#include "tracestore/model/call_history.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Agents that talk in turn stand near each other; further away it is another story.
    constexpr std::size_t kMaxLook = 100'000;

    /// Equal messages by the thousand would make the search for a window quadratic.
    constexpr std::size_t kMaxWindowLook = 1000;

    std::size_t systemMessages(const std::vector<Message>& messages)
    {
        const auto end = std::ranges::find_if(
            messages, [](const Message& m) { return m.role != Role::System; });
        return static_cast<std::size_t>(end - messages.begin());
    }

    std::size_t commonLength(std::span<const Message> a, std::span<const Message> b)
    {
        return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    }

} // namespace

HistoryChange historyChange(const std::vector<Message>& before, const std::vector<Message>& now)
{
    const std::size_t common = commonLength(before, now);
    if (common == before.size())
        return {.firstNew = common};
    const std::size_t skipBefore = systemMessages(before);
    const std::size_t skipNow = systemMessages(now);
    if (common > std::min(skipBefore, skipNow))
        return {.firstNew = common, .dropped = before.size() - common};
    // A window: from some message on, all of the call before stands at the front of this one.
    const std::span oldTalk = std::span(before).subspan(skipBefore);
    const std::span newTalk = std::span(now).subspan(skipNow);
    const std::size_t last = std::min(oldTalk.size(), kMaxWindowLook);
    for (std::size_t from = 1; from < last && !newTalk.empty(); ++from) {
        const auto kept = oldTalk.subspan(from);
        if (kept.size() <= newTalk.size() && commonLength(kept, newTalk) == kept.size())
            return {.firstNew = skipNow + kept.size(), .dropped = from};
    }
    return {.firstNew = common,
            .dropped = before.size() - common,
            .isRewritten = !oldTalk.empty() && common <= skipBefore};
}

bool isModelCall(const Trace& trace, SpanId span)
{
    return trace.kind(span) == SpanKind::Llm
        && (trace.countsInTotals(span) || trace.descendantCount(span) == 0);
}

bool writesSummary(const Trace& trace, SpanId call)
{
    const std::size_t place = trace.preOrderIndex(call);
    if (place == 0)
        return false;
    const SpanId before = trace.preOrder()[place - 1];
    return trace.kind(before) == SpanKind::Compaction && trace.origKind(before) == "decision_made"
        && trace.name(before).ends_with(" summarise");
}

SpanId previousCall(const Trace& trace, SpanId call)
{
    const std::size_t place = trace.preOrderIndex(call);
    const std::size_t last = place < kMaxLook ? 0 : place - kMaxLook;
    for (std::size_t i = place; i-- > last;) {
        const SpanId span = trace.preOrder()[i];
        if (isModelCall(trace, span) && trace.agentOf(span) == trace.agentOf(call)
            && trace.sessionOf(span) == trace.sessionOf(call) && !writesSummary(trace, span))
            return span;
    }
    return {};
}

} // namespace tracestore
