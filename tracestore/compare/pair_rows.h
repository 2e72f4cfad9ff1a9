#pragma once

#include "tracestore/compare/step_partners.h"

namespace tracestore {

/// The rows of one agent that do something, in order.
struct PairLane
{
    std::vector<std::uint32_t> rows;
    bool isOneSided = false;
    std::uint32_t opener = ~std::uint32_t {0}; ///< the row of its agent, where one-sided
};

/// Where steps of a sort are.
struct PairSides
{
    bool isInA = false; ///< only
    bool isInB = false;
    bool isInBoth = false;

    void add(PairState state)
    {
        isInA = isInA || state == PairState::OnlyA;
        isInB = isInB || state == PairState::OnlyB;
        isInBoth = isInBoth || state == PairState::Equal || state == PairState::Changed;
    }

    [[nodiscard]] bool isNone() const { return !isInA && !isInB && !isInBoth; }
};

[[nodiscard]] constexpr bool isOneSided(const StepPair& pair)
{
    return pair.state == PairState::OnlyA || pair.state == PairState::OnlyB;
}

/// It does the same on both sides, at places of which no row could hold both.
[[nodiscard]] constexpr bool isSameElsewhere(const StepPair& pair)
{
    return pair.elsewhere.isValid()
        && (pair.reason == PairReason::SameContent || pair.reason == PairReason::SameCall);
}

[[nodiscard]] constexpr std::uint16_t bit(PairChange change)
{
    return static_cast<std::uint16_t>(change);
}

/// The rows of the common tree with the steps behind them. All outlive it.
class PairRows
{
public:
    PairRows(const ComparedSide& sideA,
             const ComparedSide& sideB,
             const StepPartners& partners,
             std::vector<StepPair>& pairs);

    [[nodiscard]] const ComparedSide& a() const { return m_a; }

    [[nodiscard]] const ComparedSide& b() const { return m_b; }

    [[nodiscard]] const StepPartners& partners() const { return m_partners; }

    [[nodiscard]] std::vector<StepPair>& pairs() const { return m_pairs; }

    /// The step of a row on a side; null where it is not there, or only holds others.
    [[nodiscard]] const ComparedStep* stepA(const StepPair& pair) const;
    [[nodiscard]] const ComparedStep* stepB(const StepPair& pair) const;

    /// The step of a row that one side has.
    [[nodiscard]] const ComparedStep& oneStep(const StepPair& pair) const;
    [[nodiscard]] SpanKind kindOf(const StepPair& pair) const;

    /// The part of all steps that is the same on both sides, 0 to 1. What differs is known by then.
    [[nodiscard]] double shared() const;

    /// So small a part that likeness of single steps is chance. Of few steps a part says nothing.
    [[nodiscard]] bool sharesLittle() const;

    /// A lane for each agent of A, and one for each of B that has no partner in A.
    [[nodiscard]] std::vector<PairLane> lanes() const;

private:
    const ComparedSide& m_a;
    const ComparedSide& m_b;
    const StepPartners& m_partners;
    std::vector<StepPair>& m_pairs;
};

} // namespace tracestore
