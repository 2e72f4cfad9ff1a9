#include "tracestore/compare/scope_alignment.h"

#include "tracestore/compare/gap_alignment.h"
#include "tracestore/compare/moved_steps.h"
#include "tracestore/compare/sequence_alignment.h"

#include <algorithm>
#include <tuple>

namespace tracestore {
namespace {

    /// Two scopes with fewer pairs of steps than this are compared pair by pair.
    constexpr std::size_t kSmallTable = std::size_t {1} << 16U;
    /// For all that two traces have to be compared pair by pair.
    constexpr std::size_t kMostCells = std::size_t {1} << 22U;
    /// The steps of a gap that is too large are compared with those at about the same place.
    constexpr std::size_t kWidestBlock = 256;
    constexpr std::size_t kLeastBlock = 8;
    /// So many equal steps in a row are no accident.
    constexpr std::size_t kSureRun = 3;
    /// Between neighbours that match so many steps are paired by their place alone.
    constexpr std::size_t kMostByPlace = 4;

    using Gap = ScopeGap;

    /// The steps of a scope. Those that one model call asked for have no order of their own: they
    /// are sorted by what they ask, so that they stand alike on both sides.
    ComparedSteps stepsOf(const ComparedSide& side, const ComparedScope& scope)
    {
        ComparedSteps steps;
        steps.reserve(scope.steps.size());
        for (const std::uint32_t step : scope.steps)
            steps.push_back(&side.steps()[step]);
        for (std::size_t first = 1; first < steps.size(); ++first) {
            if (steps[first - 1]->kind != SpanKind::Llm)
                continue;
            std::size_t end = first;
            while (end < steps.size() && isAskedFor(*steps[end]))
                ++end;
            if (end - first <= kLargestBatch)
                std::sort(steps.begin() + static_cast<std::ptrdiff_t>(first),
                          steps.begin() + static_cast<std::ptrdiff_t>(end),
                          [](const ComparedStep* one, const ComparedStep* other) {
                              return std::tuple(one->sort, one->call(), one->content(), one->span)
                                  < std::tuple(
                                         other->sort, other->call(), other->content(), other->span);
                          });
        }
        return steps;
    }

    /// Aligns one pair of scopes.
    class PairOfScopes
    {
    public:
        PairOfScopes(ScopePairing& pairing,
                     const Trace& traceA,
                     const Trace& traceB,
                     std::size_t& cells)
            : m_pairing(pairing)
            , m_traceA(traceA)
            , m_traceB(traceB)
            , m_cells(cells)
        { }

        void run()
        {
            Gap all = m_pairing.whole();
            trim(all);
            pairForked(all);
            if (all.cells() <= std::min(kSmallTable, m_cells)) {
                fill(all);
            } else {
                anchor(all);
                for (const Gap& gap : m_pairing.gaps())
                    narrow(gap);
            }
            MovedSteps moved(m_pairing);
            moved.pairInBatches();
            for (const Gap& gap : m_pairing.gaps())
                pairByPlace(gap);
            moved.find();
        }

    private:
        /// What is the same at the beginning and at the end.
        void trim(Gap& gap)
        {
            const auto& a = m_pairing.numbersA().content;
            const auto& b = m_pairing.numbersB().content;
            while (!gap.isOneSided() && a[gap.firstA] == b[gap.firstB])
                m_pairing.match(gap.firstA++, gap.firstB++);
            while (!gap.isOneSided() && a[gap.endA - 1] == b[gap.endB - 1])
                m_pairing.match(--gap.endA, --gap.endB);
        }

        /// Where both sides share steps that were recorded once, one is a branch of the other: the
        /// next step, if it has the same id, is the one that was forked.
        void pairForked(Gap& gap)
        {
            if (gap.isOneSided() || gap.firstA == 0 || gap.firstB == 0)
                return;
            const auto idOf = [](const Trace& trace, const ComparedStep* step) {
                return trace.origId(step->span);
            };
            const ComparedStep* sharedA = m_pairing.a()[gap.firstA - 1];
            const ComparedStep* sharedB = m_pairing.b()[gap.firstB - 1];
            const auto began = m_traceA.start(sharedA->span);
            if (!began || began != m_traceB.start(sharedB->span)
                || idOf(m_traceA, sharedA) != idOf(m_traceB, sharedB))
                return;
            const ComparedStep* a = m_pairing.a()[gap.firstA];
            const ComparedStep* b = m_pairing.b()[gap.firstB];
            const std::string_view id = idOf(m_traceA, a);
            if (id.empty() || id != idOf(m_traceB, b) || a->sort != b->sort)
                return;
            const StepLikeness likeness = likenessOf(*a, *b);
            m_pairing.match(gap.firstA++,
                            gap.firstB++,
                            likeness.value > 0 ? likeness : ScopePairing::byPlace());
        }

        /// Matches what is the same: once on both sides, or many in a row. One that stands alone
        /// among others and is done again and again says little about its place.
        void anchor(const Gap& gap)
        {
            const std::span a(m_pairing.numbersA().content);
            const std::span b(m_pairing.numbersB().content);
            const auto found = alignSequences(a.subspan(gap.firstA, gap.lengthA()),
                                              b.subspan(gap.firstB, gap.lengthB()));
            for (std::size_t first = 0; first < found.size();) {
                std::size_t end = first + 1;
                bool isSure = m_pairing.isOnce(found[first].a + gap.firstA);
                while (end < found.size() && found[end].a == found[end - 1].a + 1
                       && found[end].b == found[end - 1].b + 1) {
                    isSure |= m_pairing.isOnce(found[end].a + gap.firstA);
                    ++end;
                }
                if (isSure || end - first >= kSureRun) {
                    for (std::size_t i = first; i < end; ++i)
                        m_pairing.match(found[i].a + gap.firstA, found[i].b + gap.firstB);
                }
                first = end;
            }
        }

        /// A gap of any size.
        void narrow(const Gap& gap)
        {
            if (gap.cells() <= std::min(kWidestBlock * kWidestBlock, m_cells)) {
                fill(gap);
                return;
            }
            const std::span a(m_pairing.numbersA().call);
            const std::span b(m_pairing.numbersB().call);
            Gap rest = gap;
            for (const SequenceMatch& found : alignSequences(
                     a.subspan(gap.firstA, gap.lengthA()), b.subspan(gap.firstB, gap.lengthB()))) {
                rest.endA = gap.firstA + found.a;
                rest.endB = gap.firstB + found.b;
                fillInBlocks(rest);
                m_pairing.match(rest.endA, rest.endB);
                rest.firstA = rest.endA + 1;
                rest.firstB = rest.endB + 1;
            }
            rest.endA = gap.endA;
            rest.endB = gap.endB;
            fillInBlocks(rest);
        }

        /// The linear way: each step is compared with those at about the same part of the gap.
        void fillInBlocks(const Gap& gap)
        {
            const std::size_t longer = std::max(gap.lengthA(), gap.lengthB());
            if (gap.isOneSided() || m_cells < longer * kLeastBlock)
                return;
            const std::size_t block = std::clamp(m_cells / (2 * longer), kLeastBlock, kWidestBlock);
            const std::size_t blocks = (longer + block - 1) / block;
            for (std::size_t i = 0; i < blocks; ++i) {
                const auto part = [&](std::uint32_t first, std::size_t length, std::size_t n) {
                    return first + static_cast<std::uint32_t>(length * n / blocks);
                };
                fill({part(gap.firstA, gap.lengthA(), i),
                      part(gap.firstA, gap.lengthA(), i + 1),
                      part(gap.firstB, gap.lengthB(), i),
                      part(gap.firstB, gap.lengthB(), i + 1)});
            }
        }

        /// Each with each.
        void fill(const Gap& gap)
        {
            if (gap.isOneSided() || gap.cells() > m_cells)
                return;
            m_cells -= gap.cells();
            const std::span a(m_pairing.a());
            const std::span b(m_pairing.b());
            for (const GapMatch& found : alignGap(a.subspan(gap.firstA, gap.lengthA()),
                                                  b.subspan(gap.firstB, gap.lengthB())))
                m_pairing.match(gap.firstA + found.a, gap.firstB + found.b, found.likeness);
        }

        /// A few steps of the same sorts, in the same order, between neighbours that match.
        void pairByPlace(const Gap& gap)
        {
            if (gap.lengthA() != gap.lengthB() || gap.lengthA() > kMostByPlace)
                return;
            for (std::uint32_t i = 0; i < gap.lengthA(); ++i) {
                if (m_pairing.a()[gap.firstA + i]->sort != m_pairing.b()[gap.firstB + i]->sort)
                    return;
            }
            for (std::uint32_t i = 0; i < gap.lengthA(); ++i)
                m_pairing.match(gap.firstA + i, gap.firstB + i, ScopePairing::byPlace());
        }

        ScopePairing& m_pairing;
        const Trace& m_traceA;
        const Trace& m_traceB;
        std::size_t& m_cells;
    };

} // namespace

ScopeAligner::ScopeAligner(const ComparedSide& sideA, const ComparedSide& sideB)
    : m_a(sideA)
    , m_b(sideB)
    , m_cells(kMostCells)
{ }

std::vector<StepMatch> ScopeAligner::align(const ComparedScope& scopeA, const ComparedScope& scopeB)
{
    ScopePairing pairing(stepsOf(m_a, scopeA), stepsOf(m_b, scopeB));
    PairOfScopes(pairing, m_a.trace(), m_b.trace(), m_cells).run();
    std::vector<StepMatch> matches;
    for (std::uint32_t i = 0; i < pairing.a().size(); ++i) {
        if (pairing.isOpenA(i))
            continue;
        const StepLikeness& likeness = pairing.likeness(i);
        matches.push_back({pairing.a()[i],
                           pairing.b()[pairing.partner(i)],
                           likeness.reason,
                           likeness.value,
                           pairing.isMoved(i)});
    }
    return matches;
}

} // namespace tracestore
