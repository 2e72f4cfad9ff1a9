#include "tracestore/compare/reading_order.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// What is moved inside of what is moved; deeper, what crosses stands apart.
    constexpr int kMostMovedLevels = 8;

    /// Partners that keep their order, or might.
    struct PlacedPair
    {
        std::uint32_t a = 0;
        std::uint32_t b = 0;
    };

    using PlacedPairs = std::vector<PlacedPair>;

    /// The pairs of most weight of which none crosses another. They come in the order of A; a tree
    /// of best sums (Fenwick 1994) over the places in B finds what each can stand behind.
    class HeaviestOrder
    {
    public:
        HeaviestOrder(const PlacedPairs& pairs, const std::vector<float>& weights)
            : m_pairs(pairs)
            , m_weights(weights)
            , m_sums(pairs.size(), 0)
            , m_before(pairs.size(), kNoPlace)
        { }

        PlacedPairs find()
        {
            const auto isBefore
                = [](const PlacedPair& one, const PlacedPair& other) { return one.b > other.b; };
            if (std::ranges::adjacent_find(m_pairs, isBefore) == m_pairs.end())
                return m_pairs;
            rank();
            std::uint32_t best = kNoPlace;
            for (std::uint32_t i = 0; i < m_pairs.size(); ++i) {
                const std::uint32_t before = bestBelow(m_ranks[i]);
                m_before[i] = before;
                m_sums[i] = static_cast<double>(m_weights[m_pairs[i].a])
                    + (before == kNoPlace ? 0 : m_sums[before]);
                note(m_ranks[i], i);
                if (best == kNoPlace || m_sums[i] > m_sums[best])
                    best = i;
            }
            PlacedPairs found;
            for (; best != kNoPlace; best = m_before[best])
                found.push_back(m_pairs[best]);
            std::ranges::reverse(found);
            return found;
        }

    private:
        /// Numbers the places in B from 1.
        void rank()
        {
            std::vector<std::uint32_t> places;
            places.reserve(m_pairs.size());
            for (const PlacedPair& pair : m_pairs)
                places.push_back(pair.b);
            std::ranges::sort(places);
            m_ranks.reserve(m_pairs.size());
            for (const PlacedPair& pair : m_pairs)
                m_ranks.push_back(1
                                  + static_cast<std::size_t>(
                                      std::ranges::lower_bound(places, pair.b) - places.begin()));
            m_tree.assign(m_pairs.size() + 1, kNoPlace);
        }

        [[nodiscard]] std::uint32_t bestBelow(std::size_t rank) const
        {
            std::uint32_t best = kNoPlace;
            for (std::size_t i = rank - 1; i > 0; i -= i & (~i + 1)) {
                const std::uint32_t one = m_tree[i];
                if (one != kNoPlace && (best == kNoPlace || m_sums[one] > m_sums[best]))
                    best = one;
            }
            return best;
        }

        void note(std::size_t rank, std::uint32_t pair)
        {
            for (std::size_t i = rank; i < m_tree.size(); i += i & (~i + 1)) {
                if (m_tree[i] == kNoPlace || m_sums[pair] > m_sums[m_tree[i]])
                    m_tree[i] = pair;
            }
        }

        const PlacedPairs& m_pairs;
        const std::vector<float>& m_weights;
        std::vector<double> m_sums; ///< of a pair and those before it
        std::vector<std::uint32_t> m_before;
        std::vector<std::size_t> m_ranks;
        std::vector<std::uint32_t> m_tree;
    };

    /// A stretch of both sides: all of them, or what is below a row that was moved.
    struct Stretch
    {
        std::uint32_t firstA = 0;
        std::uint32_t endA = 0;
        std::uint32_t firstB = 0;
        std::uint32_t endB = 0;
    };

    bool isWithin(std::uint32_t place, std::uint32_t first, std::uint32_t end)
    {
        return place >= first && place < end;
    }

    /// Behind the last step below each.
    std::vector<std::uint32_t> endsOf(const std::vector<std::uint32_t>& parents)
    {
        std::vector<std::uint32_t> ends(parents.size(), 0);
        for (auto place = static_cast<std::uint32_t>(parents.size()); place-- > 0;) {
            ends[place] = std::max(ends[place], place + 1);
            if (const std::uint32_t parent = parents[place]; parent != kNoPlace)
                ends[parent] = std::max(ends[parent], ends[place]);
        }
        return ends;
    }

    std::vector<std::uint32_t> depthsOf(const std::vector<std::uint32_t>& parents)
    {
        std::vector<std::uint32_t> depths(parents.size(), 0);
        for (std::size_t place = 0; place < parents.size(); ++place) {
            if (parents[place] != kNoPlace)
                depths[place] = depths[parents[place]] + 1;
        }
        return depths;
    }

    class Arranger
    {
    public:
        Arranger(OrderedSide sideA, OrderedSide sideB, const std::vector<float>& weights)
            : m_a(std::move(sideA))
            , m_b(std::move(sideB))
            , m_weights(weights)
            , m_endsA(endsOf(m_a.parents))
            , m_endsB(endsOf(m_b.parents))
            , m_depthsA(depthsOf(m_a.parents))
            , m_depthsB(m_b.parents.size(), 0)
            , m_isMoved(m_a.parents.size(), false)
        { }

        std::vector<OrderedRow> run()
        {
            m_rows.reserve(m_a.parents.size() + m_b.parents.size());
            arrange({0,
                     static_cast<std::uint32_t>(m_a.parents.size()),
                     0,
                     static_cast<std::uint32_t>(m_b.parents.size())},
                    0);
            return std::move(m_rows);
        }

    private:
        void arrange(const Stretch& all, int level)
        {
            PlacedPairs pairs;
            for (std::uint32_t a = all.firstA; a < all.endA; ++a) {
                if (m_a.partners[a] != kNoPlace)
                    pairs.push_back({a, m_a.partners[a]});
            }
            const PlacedPairs kept = HeaviestOrder(pairs, m_weights).find();
            if (kept.size() < pairs.size())
                settle(pairs, kept, all, level);
            Stretch gap = all;
            for (const PlacedPair& pair : kept) {
                gap.endA = pair.a;
                gap.endB = pair.b;
                mergeGap(gap, level);
                addRow(pair.a, pair.b);
                gap.firstA = pair.a + 1;
                gap.firstB = pair.b + 1;
            }
            gap.endA = all.endA;
            gap.endB = all.endB;
            mergeGap(gap, level);
        }

        /// Says of pairs that cross others whether they are moved with all below them or part.
        void
        settle(const PlacedPairs& pairs, const PlacedPairs& kept, const Stretch& all, int level)
        {
            std::uint32_t end = 0; // of what goes along with a moved row
            auto next = kept.begin();
            for (const PlacedPair& pair : pairs) {
                if (next != kept.end() && next->a == pair.a) {
                    ++next;
                    continue;
                }
                if (pair.a < end || m_a.partners[pair.a] == kNoPlace)
                    continue;
                if (level < kMostMovedLevels && canMove(pair, kept, all)) {
                    m_isMoved[pair.a] = true;
                    end = m_endsA[pair.a];
                    partOutside(pair);
                } else {
                    part(pair.a);
                }
            }
        }

        /// Whether a pair can stand at the place of A with all that is below it: nothing that keeps
        /// its place is below it, and what is above it in B stands above that place.
        [[nodiscard]] bool
        canMove(const PlacedPair& pair, const PlacedPairs& kept, const Stretch& all) const
        {
            const auto nextInA = std::ranges::lower_bound(kept, pair.a, {}, &PlacedPair::a);
            const auto nextInB = std::ranges::lower_bound(kept, pair.b, {}, &PlacedPair::b);
            if (nextInA != kept.end() && nextInA->a < m_endsA[pair.a])
                return false;
            if (nextInB != kept.end() && nextInB->b < m_endsB[pair.b])
                return false;
            const std::uint32_t aboveA = pairedAbove(m_a, pair.a, all.firstA);
            const std::uint32_t aboveB = pairedAbove(m_b, pair.b, all.firstB);
            const bool isBelowSame = aboveB == kNoPlace
                ? aboveA == kNoPlace
                : aboveA != kNoPlace && m_a.partners[aboveA] == aboveB;
            if (!isBelowSame)
                return false;
            // What only B has around it must be around the place of A, too.
            if (!hasOwnAround(m_b, pair.b, aboveB, all.firstB))
                return true;
            const std::uint32_t parent = m_b.parents[pair.b];
            return !hasOwnAround(m_a, pair.a, aboveA, all.firstA) && nextInA != kept.begin()
                && isWithin(std::prev(nextInA)->b, parent, m_endsB[parent]);
        }

        static std::uint32_t
        pairedAbove(const OrderedSide& side, std::uint32_t place, std::uint32_t first)
        {
            std::uint32_t above = side.parents[place];
            while (above != kNoPlace && above >= first && side.partners[above] == kNoPlace)
                above = side.parents[above];
            return above != kNoPlace && above >= first ? above : kNoPlace;
        }

        /// Whether something is right above a step that only its side has.
        static bool hasOwnAround(const OrderedSide& side,
                                 std::uint32_t place,
                                 std::uint32_t above,
                                 std::uint32_t first)
        {
            const std::uint32_t parent = side.parents[place];
            return parent != kNoPlace && parent >= first && parent != above;
        }

        /// What is below a moved row on one side and not on the other.
        void partOutside(const PlacedPair& pair)
        {
            for (std::uint32_t a = pair.a + 1; a < m_endsA[pair.a]; ++a) {
                if (!isWithin(m_a.partners[a], pair.b, m_endsB[pair.b]))
                    part(a);
            }
            for (std::uint32_t b = pair.b + 1; b < m_endsB[pair.b]; ++b) {
                const std::uint32_t a = m_b.partners[b];
                if (a != kNoPlace && !isWithin(a, pair.a, m_endsA[pair.a]))
                    part(a);
            }
        }

        void part(std::uint32_t a)
        {
            if (m_a.partners[a] == kNoPlace)
                return;
            m_b.partners[m_a.partners[a]] = kNoPlace;
            m_a.partners[a] = kNoPlace;
            m_isMoved[a] = false;
        }

        /// What stands between two rows that keep their place: what A has first, then what B has,
        /// but inside of what both have around it.
        void mergeGap(const Stretch& gap, int level)
        {
            std::uint32_t a = gap.firstA;
            std::uint32_t limit
                = gap.firstA; // what A has around the next row goes behind that of B
            while (limit < gap.endA && m_endsA[limit] <= gap.endA)
                limit = behind(limit);
            for (std::uint32_t b = gap.firstB; b < gap.endB;) {
                if (m_b.partners[b] != kNoPlace) { // moved: it stands at the place of A
                    b = m_endsB[b];
                    continue;
                }
                if (m_endsB[b] > gap.endB)
                    limit = gap.endA;
                const bool isAround = m_endsB[b] > gap.endB;
                const std::uint32_t depth = depthInB(b);
                while (a < limit && (isAround || m_depthsA[a] >= depth))
                    a = addOfA(a, level);
                addRow(kNoPlace, b++);
            }
            while (a < gap.endA)
                a = addOfA(a, level);
        }

        /// Behind a step of A, and all below it where it is moved.
        [[nodiscard]] std::uint32_t behind(std::uint32_t a) const
        {
            return m_isMoved[a] ? m_endsA[a] : a + 1;
        }

        std::uint32_t addOfA(std::uint32_t a, int level)
        {
            const std::uint32_t b = m_a.partners[a];
            addRow(a, b);
            if (b == kNoPlace)
                return a + 1;
            m_rows.back().isMoved = true;
            arrange({a + 1, m_endsA[a], b + 1, m_endsB[b]}, level + 1);
            return m_endsA[a];
        }

        [[nodiscard]] std::uint32_t depthInB(std::uint32_t b) const
        {
            return m_b.parents[b] == kNoPlace ? 0 : m_depthsB[m_b.parents[b]] + 1;
        }

        void addRow(std::uint32_t a, std::uint32_t b)
        {
            const std::uint32_t depth = a != kNoPlace ? m_depthsA[a] : depthInB(b);
            if (b != kNoPlace)
                m_depthsB[b] = depth;
            m_rows.push_back({a, b, depth, false});
        }

        OrderedSide m_a;
        OrderedSide m_b;
        const std::vector<float>& m_weights;
        std::vector<std::uint32_t> m_endsA;
        std::vector<std::uint32_t> m_endsB;
        std::vector<std::uint32_t> m_depthsA;
        std::vector<std::uint32_t> m_depthsB; ///< of the rows of B's steps, as they come
        std::vector<bool> m_isMoved; ///< by place in A
        std::vector<OrderedRow> m_rows;
    };

} // namespace

std::vector<OrderedRow>
readingOrder(OrderedSide sideA, OrderedSide sideB, const std::vector<float>& weights)
{
    return Arranger(std::move(sideA), std::move(sideB), weights).run();
}

} // namespace tracestore
