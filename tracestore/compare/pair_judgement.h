#pragma once

#include "tracestore/compare/pair_rows.h"

namespace tracestore {

/// Says of each row of the common tree what differs in it, which tries were done again, and whether
/// what differs is made good. README.md has the rules.
class PairJudgement
{
public:
    explicit PairJudgement(const PairRows& rows);

    void run();

    /// The first pair that differs and is not made good.
    [[nodiscard]] std::optional<std::size_t> firstDivergence() const;

private:
    /// What a pair says about whether the sides go together.
    enum class Bond : std::uint8_t
    {
        Firm, ///< they do the same
        Loose, ///< they say other words, or are told other things, and do the same
        Gap, ///< one side only
        Parted ///< they do different things
    };

    void findRetries(const PairLane& lane);
    void markRetry(const PairLane& lane, std::size_t place);
    void bind(const PairLane& lane);
    void partCalls(const PairLane& lane);
    void partReplacements(const PairLane& lane);
    [[nodiscard]] Bond bondOf(const StepPair& pair) const;
    void judge(const PairLane& lane);
    void judgeHolders();
    [[nodiscard]] bool
    isMetAgain(const PairLane& lane, std::size_t first, std::size_t end, bool isNextGood) const;
    [[nodiscard]] bool endsAlike(const PairLane& lane, std::size_t first) const;
    [[nodiscard]] bool acts(const StepPair& pair) const;

    const PairRows& m_rows;
    std::vector<StepPair>& m_pairs;
    std::vector<Bond> m_bonds; ///< of the rows of the lane that is looked at
};

} // namespace tracestore
