#include "gui/sequence/sequence_loops.h"

#include <array>

namespace gui {
namespace {

    /// For one length of a round: how far from each place the items equal those a round later. Kept
    /// for the stretch that was looked at last, so that no item is compared twice.
    struct EqualStretch
    {
        std::uint32_t from = 0;
        std::uint32_t end = 0; ///< the first item that differs from the one a round later
    };

    class LoopFinder
    {
    public:
        explicit LoopFinder(const std::vector<SequenceItem>& items)
            : m_items(items)
        { }

        /// The best loop that begins at an item; its rounds are 0 where there is none.
        SequenceLoop at(std::uint32_t first)
        {
            SequenceLoop best;
            for (std::uint32_t period = 1; period <= kLongestRound; ++period) {
                const std::uint32_t rounds = (equalUntil(first, period) - first) / period + 1;
                if (rounds >= kFewestRounds && rounds * period > best.rounds * best.period)
                    best = {first, period, rounds};
            }
            return best;
        }

    private:
        std::uint32_t equalUntil(std::uint32_t first, std::uint32_t period)
        {
            EqualStretch& known = m_known.at(period);
            if (first >= known.from && first < known.end)
                return known.end;
            std::uint32_t end = first;
            while (end + period < m_items.size()
                   && m_items[end].signature == m_items[end + period].signature)
                ++end;
            known = {first, end};
            return end;
        }

        const std::vector<SequenceItem>& m_items;
        std::array<EqualStretch, kLongestRound + 1> m_known {};
    };

} // namespace

std::vector<SequenceLoop> findLoops(const std::vector<SequenceItem>& items)
{
    std::vector<SequenceLoop> loops;
    LoopFinder finder(items);
    for (std::uint32_t i = 0; i < items.size();) {
        const SequenceLoop loop = finder.at(i);
        if (loop.rounds == 0) {
            ++i;
            continue;
        }
        loops.push_back(loop);
        i = loop.end();
    }
    return loops;
}

} // namespace gui
