#include "tracestore/compare/sequence_alignment.h"

#include "tracestore/compare/sequence_split.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::uint32_t kNowhere = ~std::uint32_t {0};

    /// Where both sides have a number once. Counts only what it is shown, so that a range costs
    /// what it is long.
    class AnchorFinder
    {
    public:
        AnchorFinder(std::span<const std::uint32_t> a,
                     std::span<const std::uint32_t> b,
                     std::size_t symbols)
            : m_a(a)
            , m_b(b)
            , m_seen(symbols)
        { }

        std::vector<SequenceMatch> find(const SequenceRange& range)
        {
            for (std::uint32_t i = range.firstA; i < range.endA; ++i) {
                Seen& seen = m_seen[m_a[i]];
                seen.placeA = seen.placeA == kNowhere ? i : kMany;
            }
            for (std::uint32_t j = range.firstB; j < range.endB; ++j) {
                Seen& seen = m_seen[m_b[j]];
                seen.placeB = seen.placeB == kNowhere ? j : kMany;
            }
            std::vector<SequenceMatch> both;
            std::vector<std::uint32_t> placesB;
            for (std::uint32_t i = range.firstA; i < range.endA; ++i) {
                const Seen& seen = m_seen[m_a[i]];
                if (seen.placeA == i && seen.placeB < kMany) {
                    both.push_back({i, seen.placeB});
                    placesB.push_back(seen.placeB);
                }
            }
            forget(range);
            std::vector<SequenceMatch> rising;
            for (const std::uint32_t index : risingSubsequence(placesB))
                rising.push_back(both[index]);
            return rising;
        }

    private:
        static constexpr std::uint32_t kMany = kNowhere - 1;

        struct Seen
        {
            std::uint32_t placeA = kNowhere;
            std::uint32_t placeB = kNowhere;
        };

        void forget(const SequenceRange& range)
        {
            for (std::uint32_t i = range.firstA; i < range.endA; ++i)
                m_seen[m_a[i]] = {};
            for (std::uint32_t j = range.firstB; j < range.endB; ++j)
                m_seen[m_b[j]] = {};
        }

        std::span<const std::uint32_t> m_a;
        std::span<const std::uint32_t> m_b;
        std::vector<Seen> m_seen;
    };

    /// A sequence without what the other has not.
    struct Kept
    {
        std::vector<std::uint32_t> symbols;
        std::vector<std::uint32_t> places;
    };

    Kept keptOf(std::span<const std::uint32_t> sequence, const std::vector<bool>& others)
    {
        Kept kept;
        kept.symbols.reserve(sequence.size());
        kept.places.reserve(sequence.size());
        for (std::uint32_t i = 0; i < sequence.size(); ++i) {
            if (sequence[i] >= others.size() || !others[sequence[i]])
                continue;
            kept.symbols.push_back(sequence[i]);
            kept.places.push_back(i);
        }
        return kept;
    }

    std::vector<bool> symbolsOf(std::span<const std::uint32_t> sequence)
    {
        std::vector<bool> is;
        for (const std::uint32_t symbol : sequence) {
            if (symbol >= is.size())
                is.resize(std::max<std::size_t>(symbol + std::size_t {1}, 2 * is.size()));
            is[symbol] = true;
        }
        return is;
    }

    class Alignment
    {
    public:
        Alignment(std::span<const std::uint32_t> a,
                  std::span<const std::uint32_t> b,
                  std::size_t symbols)
            : m_a(a)
            , m_b(b)
            , m_anchors(a, b, symbols)
            , m_splitter(a, b)
            , m_partners(a.size(), kNowhere)
        { }

        std::vector<SequenceMatch> run()
        {
            m_open.push_back({{0,
                               static_cast<std::uint32_t>(m_a.size()),
                               0,
                               static_cast<std::uint32_t>(m_b.size())},
                              0});
            while (!m_open.empty()) {
                const Open open = m_open.back();
                m_open.pop_back();
                refine(open);
            }
            std::vector<SequenceMatch> matches;
            for (std::uint32_t i = 0; i < m_partners.size(); ++i) {
                if (m_partners[i] != kNowhere)
                    matches.push_back({i, m_partners[i]});
            }
            return matches;
        }

    private:
        /// Anchors are looked for so often inside one another.
        static constexpr int kMostRounds = 4;

        struct Open
        {
            SequenceRange range;
            int round = 0;
        };

        void refine(Open open)
        {
            SequenceRange& range = open.range;
            while (!range.isOneSided() && m_a[range.firstA] == m_b[range.firstB])
                m_partners[range.firstA++] = range.firstB++;
            while (!range.isOneSided() && m_a[range.endA - 1] == m_b[range.endB - 1])
                m_partners[--range.endA] = --range.endB;
            if (range.isOneSided())
                return;
            if (open.round < kMostRounds && addAnchors(open))
                return;
            const auto [placeA, placeB] = m_splitter.split(range);
            const SequenceRange front {range.firstA, placeA, range.firstB, placeB};
            const SequenceRange back {placeA, range.endA, placeB, range.endB};
            // A split that splits nothing: they share nothing in here.
            if (front == range || back == range)
                return;
            m_open.push_back({front, kMostRounds});
            m_open.push_back({back, kMostRounds});
        }

        bool addAnchors(const Open& open)
        {
            const std::vector<SequenceMatch> anchors = m_anchors.find(open.range);
            if (anchors.empty())
                return false;
            SequenceRange gap = open.range;
            for (const SequenceMatch& anchor : anchors) {
                m_partners[anchor.a] = anchor.b;
                gap.endA = anchor.a;
                gap.endB = anchor.b;
                if (!gap.isOneSided())
                    m_open.push_back({gap, open.round + 1});
                gap.firstA = anchor.a + 1;
                gap.firstB = anchor.b + 1;
            }
            gap.endA = open.range.endA;
            gap.endB = open.range.endB;
            if (!gap.isOneSided())
                m_open.push_back({gap, open.round + 1});
            return true;
        }

        std::span<const std::uint32_t> m_a;
        std::span<const std::uint32_t> m_b;
        AnchorFinder m_anchors;
        SequenceSplitter m_splitter;
        std::vector<std::uint32_t> m_partners;
        std::vector<Open> m_open;
    };

} // namespace

std::vector<std::uint32_t> risingSubsequence(std::span<const std::uint32_t> values)
{
    // The classic one: the least end of a rising subsequence of each length.
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> before(values.size(), kNowhere);
    for (std::uint32_t i = 0; i < values.size(); ++i) {
        auto place = ends.end();
        if (!ends.empty() && values[ends.back()] >= values[i])
            place = std::partition_point(ends.begin(), ends.end(), [&](std::uint32_t end) {
                return values[end] < values[i];
            });
        if (place != ends.begin())
            before[i] = *std::prev(place);
        if (place == ends.end())
            ends.push_back(i);
        else
            *place = i;
    }
    std::vector<std::uint32_t> rising(ends.size());
    std::uint32_t at = ends.empty() ? kNowhere : ends.back();
    for (std::size_t i = rising.size(); i-- > 0; at = before[at])
        rising[i] = at;
    return rising;
}

std::vector<SequenceMatch> alignSequences(std::span<const std::uint32_t> a,
                                          std::span<const std::uint32_t> b)
{
    const std::vector<bool> inA = symbolsOf(a);
    const std::vector<bool> inB = symbolsOf(b);
    const Kept keptA = keptOf(a, inB);
    const Kept keptB = keptOf(b, inA);
    Alignment alignment(keptA.symbols, keptB.symbols, std::min(inA.size(), inB.size()));
    std::vector<SequenceMatch> matches = alignment.run();
    for (SequenceMatch& match : matches)
        match = {keptA.places[match.a], keptB.places[match.b]};
    return matches;
}

} // namespace tracestore
