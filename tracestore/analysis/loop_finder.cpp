#include "tracestore/analysis/loop_finder.h"

#include "tracestore/model/call_hash.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Of a result, for whether it says the same.
    constexpr std::size_t kMaxSaid = 4096;
    constexpr std::size_t kLongestPeriod = 4;

    bool isBlank(std::string_view text)
    {
        return text.find_first_not_of(" \t\r\n") == std::string_view::npos || text == "[]"
            || text == "{}" || text == "null" || text == "\"\"";
    }

} // namespace

std::string_view toWord(LoopKind kind)
{
    switch (kind) {
    case LoopKind::RepeatedState:
        return "repeated_state";
    case LoopKind::NearDuplicate:
        return "near_duplicate";
    case LoopKind::Oscillation:
        return "oscillation";
    case LoopKind::NoProgress:
        return "no_progress";
    }
    return "no_progress";
}

std::optional<LoopFinding> LoopFinder::add(const LoopCall& call)
{
    const std::string arguments = canonicalArguments(call.arguments);
    Seen seen;
    seen.tool = contentHash(call.tool);
    seen.call = callHash(call.tool, arguments);
    seen.result = contentHash(call.result.substr(0, kMaxComparedCall));
    seen.wording = wordBag(arguments);
    seen.said = call.result.substr(0, kMaxSaid);
    seen.isVoid = call.isError || isBlank(call.result);
    m_calls.push_back(std::move(seen));
    if (m_calls.size() > kWindow)
        m_calls.pop_front();
    if (auto found = repeatedState())
        return found;
    if (auto found = oscillation())
        return found;
    if (auto found = nearDuplicate())
        return found;
    return noProgress();
}

std::optional<LoopFinding> LoopFinder::repeatedState() const
{
    if (!m_rules.findsRepeatedState)
        return {};
    const Seen& last = m_calls.back();
    const auto count = static_cast<std::size_t>(
        std::count_if(m_calls.begin(), m_calls.end(), [&](const Seen& call) {
            return call.call == last.call && call.result == last.result;
        }));
    if (count < m_rules.repeats)
        return {};
    return LoopFinding {LoopKind::RepeatedState, count, 1, 1.0};
}

std::optional<LoopFinding> LoopFinder::nearDuplicate() const
{
    const Seen& last = m_calls.back();
    LoopFinding found {LoopKind::NearDuplicate, 1, 1, 1.0};
    for (auto call = std::next(m_calls.rbegin()); call != m_calls.rend(); ++call) {
        if (call->tool != last.tool)
            continue;
        const double wording = wordingSimilarity(call->wording, last.wording);
        if (wording < m_rules.similarity
            || wordingSimilarity(wordBag(call->said), wordBag(last.said)) < m_rules.similarity)
            break; // the calls of the tool in a row; another one between is progress
        found.similarity = std::min(found.similarity, wording);
        ++found.count;
    }
    return found.count < m_rules.repeats ? std::nullopt : std::optional(found);
}

std::optional<LoopFinding> LoopFinder::oscillation() const
{
    if (!m_rules.findsOscillation)
        return {};
    const std::size_t size = m_calls.size();
    for (std::size_t period = 2; period <= kLongestPeriod; ++period) {
        std::size_t matched = period;
        while (matched < size
               && m_calls[size - 1 - matched].call == m_calls[size - 1 - matched + period].call)
            ++matched;
        const bool isOneCall = m_calls[size - 1].call == m_calls[size >= 2 ? size - 2 : 0].call;
        if (matched / period >= m_rules.repeats && !isOneCall)
            return LoopFinding {LoopKind::Oscillation, matched / period, period, 1.0};
    }
    return {};
}

bool LoopFinder::gaveSomethingNew(std::size_t at) const
{
    const auto end = m_calls.begin() + static_cast<std::ptrdiff_t>(at);
    return !m_calls[at].isVoid && std::none_of(m_calls.begin(), end, [&](const Seen& earlier) {
        return earlier.result == m_calls[at].result;
    });
}

std::optional<LoopFinding> LoopFinder::noProgress() const
{
    std::size_t count = 0;
    while (count < m_calls.size() && !gaveSomethingNew(m_calls.size() - 1 - count))
        ++count;
    if (count < std::size_t {2} * m_rules.repeats)
        return {};
    return LoopFinding {LoopKind::NoProgress, count, 1, 0.0};
}

} // namespace tracestore
