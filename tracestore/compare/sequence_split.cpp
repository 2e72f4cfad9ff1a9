#include "tracestore/compare/sequence_split.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tracestore {
namespace {

    constexpr std::int32_t kBefore = -1;
    constexpr std::int32_t kBehind = std::numeric_limits<std::int32_t>::max();

    /// A stretch of so many equal ones is worth stopping at.
    constexpr std::int32_t kLongSnake = 20;
    /// From so many edits on the search looks for such a stretch.
    constexpr std::int32_t kPatience = 256;
    /// How far beyond its edits the search must have come to stop there.
    constexpr std::int32_t kProgress = 4;

} // namespace

SequenceSplitter::SequenceSplitter(std::span<const std::uint32_t> a,
                                   std::span<const std::uint32_t> b)
    : m_a(a)
    , m_b(b)
    , m_forward(a.size() + b.size() + 3)
    , m_backward(a.size() + b.size() + 3)
    , m_offset(static_cast<Place>(b.size()) + 1)
    , m_longSearch(std::max(
          kPatience, static_cast<Place>(std::sqrt(static_cast<double>(a.size() + b.size())))))
{ }

std::pair<std::uint32_t, std::uint32_t> SequenceSplitter::split(const SequenceRange& range)
{
    // Searches may look one step over the edge.
    const auto result = [&](Place a, Place b) {
        return std::pair(std::clamp(static_cast<std::uint32_t>(a), range.firstA, range.endA),
                         std::clamp(static_cast<std::uint32_t>(b), range.firstB, range.endB));
    };
    begin(range);
    for (Place cost = 1;; ++cost) {
        m_sawSnake = false;
        if (const auto met = goForward())
            return result(*met, m_meetB);
        if (const auto met = goBackward())
            return result(*met, m_meetB);
        if (cost > kPatience && m_sawSnake) {
            if (const auto snake = bestSnake(cost))
                return result(snake->first, snake->second);
        }
        if (cost >= m_longSearch) {
            const auto [a, b] = furthest();
            return result(a, b);
        }
    }
}

void SequenceSplitter::begin(const SequenceRange& range)
{
    m_firstA = static_cast<Place>(range.firstA);
    m_endA = static_cast<Place>(range.endA);
    m_firstB = static_cast<Place>(range.firstB);
    m_endB = static_cast<Place>(range.endB);
    const Place fromMiddle = m_firstA - m_firstB;
    const Place toMiddle = m_endA - m_endB;
    m_from = {fromMiddle, fromMiddle};
    m_to = {toMiddle, toMiddle};
    m_isOdd = ((fromMiddle - toMiddle) & 1) != 0;
    forwardAt(fromMiddle) = m_firstA;
    backwardAt(toMiddle) = m_endA;
}

std::optional<std::int32_t> SequenceSplitter::goForward()
{
    const Place least = m_firstA - m_endB;
    const Place most = m_endA - m_firstB;
    if (m_from.least > least)
        forwardAt(--m_from.least - 1) = kBefore;
    else
        ++m_from.least;
    if (m_from.most < most)
        forwardAt(++m_from.most + 1) = kBefore;
    else
        --m_from.most;
    for (Place d = m_from.most; d >= m_from.least; d -= 2) {
        Place a = forwardAt(d - 1) >= forwardAt(d + 1) ? forwardAt(d - 1) + 1 : forwardAt(d + 1);
        Place b = a - d;
        const Place start = a;
        while (a < m_endA && b < m_endB
               && m_a[static_cast<std::size_t>(a)] == m_b[static_cast<std::size_t>(b)]) {
            ++a;
            ++b;
        }
        m_sawSnake |= a - start > kLongSnake;
        forwardAt(d) = a;
        if (m_isOdd && d >= m_to.least && d <= m_to.most && backwardAt(d) <= a) {
            m_meetB = b;
            return a;
        }
    }
    return {};
}

std::optional<std::int32_t> SequenceSplitter::goBackward()
{
    const Place least = m_firstA - m_endB;
    const Place most = m_endA - m_firstB;
    if (m_to.least > least)
        backwardAt(--m_to.least - 1) = kBehind;
    else
        ++m_to.least;
    if (m_to.most < most)
        backwardAt(++m_to.most + 1) = kBehind;
    else
        --m_to.most;
    for (Place d = m_to.most; d >= m_to.least; d -= 2) {
        Place a = backwardAt(d - 1) < backwardAt(d + 1) ? backwardAt(d - 1) : backwardAt(d + 1) - 1;
        Place b = a - d;
        const Place start = a;
        while (a > m_firstA && b > m_firstB
               && m_a[static_cast<std::size_t>(a - 1)] == m_b[static_cast<std::size_t>(b - 1)]) {
            --a;
            --b;
        }
        m_sawSnake |= start - a > kLongSnake;
        backwardAt(d) = a;
        if (!m_isOdd && d >= m_from.least && d <= m_from.most && a <= forwardAt(d)) {
            m_meetB = b;
            return a;
        }
    }
    return {};
}

std::optional<std::pair<std::int32_t, std::int32_t>> SequenceSplitter::bestSnake(Place cost) const
{
    // Far from its beginning, near its own diagonal, and behind a long stretch of equal ones.
    Place best = kProgress * cost;
    std::optional<std::pair<Place, Place>> found;
    for (Place d = m_from.most; d >= m_from.least; d -= 2) {
        const Place a = forwardAt(d);
        const Place b = a - d;
        const Place gone = (a - m_firstA) + (b - m_firstB) - std::abs(d - (m_firstA - m_firstB));
        const bool isInside
            = a >= m_firstA + kLongSnake && a < m_endA && b >= m_firstB + kLongSnake && b < m_endB;
        if (gone > best && isInside
            && std::equal(
                m_a.begin() + (a - kLongSnake), m_a.begin() + a, m_b.begin() + (b - kLongSnake))) {
            best = gone;
            found = {a, b};
        }
    }
    if (found)
        return found;
    for (Place d = m_to.most; d >= m_to.least; d -= 2) {
        const Place a = backwardAt(d);
        const Place b = a - d;
        const Place gone = (m_endA - a) + (m_endB - b) - std::abs(d - (m_endA - m_endB));
        const bool isInside
            = a > m_firstA && a <= m_endA - kLongSnake && b > m_firstB && b <= m_endB - kLongSnake;
        if (gone > best && isInside
            && std::equal(m_a.begin() + a, m_a.begin() + a + kLongSnake, m_b.begin() + b)) {
            best = gone;
            found = {a, b};
        }
    }
    return found;
}

std::pair<std::int32_t, std::int32_t> SequenceSplitter::furthest() const
{
    std::pair<Place, Place> fromBest {m_firstA, m_firstB};
    for (Place d = m_from.most; d >= m_from.least; d -= 2) {
        Place a = std::min(forwardAt(d), m_endA);
        Place b = a - d;
        if (b > m_endB) {
            b = m_endB;
            a = b + d;
        }
        if (a + b > fromBest.first + fromBest.second)
            fromBest = {a, b};
    }
    std::pair<Place, Place> toBest {m_endA, m_endB};
    for (Place d = m_to.most; d >= m_to.least; d -= 2) {
        Place a = std::max(backwardAt(d), m_firstA);
        Place b = a - d;
        if (b < m_firstB) {
            b = m_firstB;
            a = b + d;
        }
        if (a + b < toBest.first + toBest.second)
            toBest = {a, b};
    }
    const Place fromGone = fromBest.first + fromBest.second - m_firstA - m_firstB;
    const Place toGone = m_endA + m_endB - toBest.first - toBest.second;
    return fromGone > toGone ? fromBest : toBest;
}

} // namespace tracestore
