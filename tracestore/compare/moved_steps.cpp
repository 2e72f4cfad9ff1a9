#include "tracestore/compare/moved_steps.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tracestore {
namespace {

    /// Steps are held to be moved where they are not further from where they should be.
    constexpr std::int64_t kFarthestMove = 40;
    constexpr std::size_t kMostLooks = 64;
    /// The same for those that were changed as well, and for those of which nothing is known.
    constexpr std::int64_t kFarthestChange = 6;
    constexpr std::int64_t kFarthestUnknown = 4;
    /// Any two turns are a little alike; one that was moved must be told by its words.
    constexpr float kLeastOfTurn = 0.6F;

} // namespace

MovedSteps::MovedSteps(ScopePairing& pairing)
    : m_pairing(pairing)
    , m_a(pairing.a())
    , m_b(pairing.b())
{ }

void MovedSteps::find()
{
    findMoved(m_pairing.numbersA().content, m_pairing.numbersB().content);
    findMoved(m_pairing.numbersA().call, m_pairing.numbersB().call);
    findMovedAndChanged();
    pairInBatches();
    pairWhatIsLeft();
}

std::vector<std::uint32_t> MovedSteps::openA(std::uint32_t from) const
{
    std::vector<std::uint32_t> open;
    for (std::size_t looks = 0;
         from < m_a.size() && isAskedFor(*m_a[from]) && looks < kLargestBatch;
         ++from, ++looks) {
        if (m_pairing.isOpenA(from))
            open.push_back(from);
    }
    return open;
}

std::vector<std::uint32_t> MovedSteps::openB(std::uint32_t from) const
{
    std::vector<std::uint32_t> open;
    for (std::size_t looks = 0;
         from < m_b.size() && isAskedFor(*m_b[from]) && looks < kLargestBatch;
         ++from, ++looks) {
        if (m_pairing.isOpenB(from))
            open.push_back(from);
    }
    return open;
}

void MovedSteps::pairInBatches()
{
    for (std::uint32_t i = 0; i < m_a.size(); ++i) {
        if (m_a[i]->kind == SpanKind::Llm && !m_pairing.isOpenA(i))
            pairInBatch(i + 1, m_pairing.partner(i) + 1);
    }
}

/// What two model calls that belong together asked for, in any order: the most alike first.
void MovedSteps::pairInBatch(std::uint32_t firstA, std::uint32_t firstB)
{
    struct Choice
    {
        std::uint32_t a;
        std::uint32_t b;
        StepLikeness likeness;
    };

    std::vector<Choice> choices;
    const std::vector<std::uint32_t> others = openB(firstB);
    if (others.empty())
        return;
    for (const std::uint32_t a : openA(firstA)) {
        for (const std::uint32_t b : others) {
            if (const StepLikeness likeness = likenessOf(*m_a[a], *m_b[b]); likeness.value > 0)
                choices.push_back({a, b, likeness});
        }
    }
    std::stable_sort(choices.begin(), choices.end(), [](const Choice& one, const Choice& other) {
        return one.likeness.value > other.likeness.value;
    });
    for (const Choice& choice : choices) {
        if (m_pairing.isOpenA(choice.a) && m_pairing.isOpenB(choice.b))
            m_pairing.match(choice.a, choice.b, choice.likeness);
    }
    // Of one tool a call is left on both sides.
    const std::vector<std::uint32_t> restA = openA(firstA);
    const std::vector<std::uint32_t> restB = openB(firstB);
    if (restA.size() == 1 && restB.size() == 1
        && m_a[restA.front()]->sort == m_b[restB.front()]->sort)
        m_pairing.match(restA.front(), restB.front(), ScopePairing::byPlace());
}

/// What is the same and stands not far away, across others that match.
void MovedSteps::findMoved(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b)
{
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> places;
    for (std::uint32_t j = 0; j < b.size(); ++j) {
        if (m_pairing.isOpenB(j))
            places[b[j]].push_back(j);
    }
    std::int64_t shift = 0; // where a step of A should be in B, less where it is in A
    for (std::uint32_t i = 0; i < a.size(); ++i) {
        if (!m_pairing.isOpenA(i)) {
            if (!m_pairing.isMoved(i))
                shift = std::int64_t {m_pairing.partner(i)} - i;
            continue;
        }
        const ComparedStep& step = *m_a[i];
        const auto found = places.find(a[i]);
        if (found == places.end() || (step.arguments | step.output) == 0)
            continue;
        const auto place = nearest(found->second, i + shift);
        if (!place)
            continue;
        m_pairing.matchMoved(i, *place, likenessOf(step, *m_b[*place]));
    }
}

/// What is alike and stands near: of a step that was moved and changed as well.
void MovedSteps::findMovedAndChanged()
{
    std::vector<std::uint32_t> open;
    for (std::uint32_t j = 0; j < m_b.size(); ++j) {
        if (m_pairing.isOpenB(j))
            open.push_back(j);
    }
    std::int64_t shift = 0;
    for (std::uint32_t i = 0; i < m_a.size() && !open.empty(); ++i) {
        if (!m_pairing.isOpenA(i)) {
            if (!m_pairing.isMoved(i))
                shift = std::int64_t {m_pairing.partner(i)} - i;
            continue;
        }
        const std::int64_t wanted = i + shift;
        const auto first
            = static_cast<std::uint32_t>(std::max<std::int64_t>(0, wanted - kFarthestChange));
        std::optional<std::uint32_t> best;
        StepLikeness most;
        for (auto j = std::ranges::lower_bound(open, first);
             j != open.end() && *j <= wanted + kFarthestChange;
             ++j) {
            if (!m_pairing.isOpenB(*j) || m_a[i]->sort != m_b[*j]->sort)
                continue;
            const StepLikeness likeness = likenessOf(*m_a[i], *m_b[*j]);
            if (m_a[i]->kind == SpanKind::Turn && likeness.value < kLeastOfTurn)
                continue;
            if (likeness.value > most.value && likeness.reason != PairReason::SamePlace) {
                most = likeness;
                best = *j;
            }
        }
        if (!best)
            continue;
        m_pairing.matchMoved(i, *best, most);
    }
}

/// Of one tool a single step is left on both sides, near enough: times that were written
/// badly put it in front of its neighbours or behind them.
void MovedSteps::pairWhatIsLeft()
{
    struct Left
    {
        std::vector<std::uint32_t> a;
        std::vector<std::uint32_t> b;
    };

    std::map<ContentPrint, Left> sorts;
    for (std::uint32_t i = 0; i < m_a.size(); ++i) {
        if (m_pairing.isOpenA(i) && m_a[i]->kind == SpanKind::Tool)
            sorts[m_a[i]->sort].a.push_back(i);
    }
    for (std::uint32_t j = 0; j < m_b.size(); ++j) {
        if (m_pairing.isOpenB(j) && m_b[j]->kind == SpanKind::Tool)
            sorts[m_b[j]->sort].b.push_back(j);
    }
    for (const auto& [sort, left] : sorts) {
        if (left.a.size() != 1 || left.b.size() != 1)
            continue;
        const ComparedStep& a = *m_a[left.a.front()];
        const ComparedStep& b = *m_b[left.b.front()];
        const bool isFar
            = std::abs(std::int64_t {left.a.front()} - left.b.front()) > kFarthestUnknown;
        const bool isOther = a.arguments != 0 && b.arguments != 0;
        if (isFar || isOther)
            continue;
        m_pairing.matchMoved(left.a.front(), left.b.front(), ScopePairing::byPlace());
    }
}

std::optional<std::uint32_t> MovedSteps::nearest(const std::vector<std::uint32_t>& places,
                                                 std::int64_t wanted) const
{
    const auto from = std::ranges::lower_bound(
        places, static_cast<std::uint32_t>(std::max<std::int64_t>(0, wanted - kFarthestMove)));
    std::optional<std::uint32_t> best;
    std::size_t looks = 0;
    for (auto place = from; place != places.end() && looks < kMostLooks; ++place, ++looks) {
        const std::int64_t distance = std::abs(*place - wanted);
        if (*place > wanted + kFarthestMove)
            break;
        if (m_pairing.isOpenB(*place) && (!best || distance < std::abs(*best - wanted)))
            best = *place;
    }
    return best;
}

} // namespace tracestore
