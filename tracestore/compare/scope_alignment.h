#pragma once

#include "tracestore/compare/compared_side.h"

namespace tracestore {

/// Two steps that belong together.
struct StepMatch
{
    const ComparedStep* a = nullptr; ///< of the sides
    const ComparedStep* b = nullptr;
    PairReason reason = PairReason::None;
    float confidence = 0;
    bool isMoved = false; ///< it does not stand between the same others

    bool operator==(const StepMatch&) const = default;
};

/// Aligns the steps of two agents: first what is the same and tells its place by that, then what
/// lies between by how alike it is, then what stands elsewhere. README.md says why. Linear but for
/// gaps of a limited size.
class ScopeAligner
{
public:
    ScopeAligner(const ComparedSide& sideA, const ComparedSide& sideB);

    /// The matches of two scopes.
    [[nodiscard]] std::vector<StepMatch> align(const ComparedScope& scopeA,
                                               const ComparedScope& scopeB);

private:
    const ComparedSide& m_a;
    const ComparedSide& m_b;
    std::size_t m_cells; ///< of the tables of gaps, so many may still be filled
};

/// How alike two steps are, from 0 (another thing) to 1, and why.
struct StepLikeness
{
    float value = 0;
    PairReason reason = PairReason::None;
};

[[nodiscard]] StepLikeness likenessOf(const ComparedStep& a, const ComparedStep& b);

} // namespace tracestore
