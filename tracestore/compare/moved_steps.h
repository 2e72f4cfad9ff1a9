#pragma once

#include "tracestore/compare/scope_pairing.h"

namespace tracestore {

/// What a model call may have asked for.
[[nodiscard]] inline bool isAskedFor(const ComparedStep& step)
{
    return step.kind == SpanKind::Tool || step.kind == SpanKind::Agent;
}

/// More steps behind one model call are taken for one after another.
inline constexpr std::size_t kLargestBatch = 32;

/// Finds partners for steps that do not stand between the same others.
class MovedSteps
{
public:
    /// The pairing outlives it.
    explicit MovedSteps(ScopePairing& pairing);

    /// Pairs what model calls that belong together asked for, in any order.
    void pairInBatches();

    /// Pairs what is the same not far away, then what is alike near by.
    void find();

private:
    void pairInBatch(std::uint32_t firstA, std::uint32_t firstB);
    void findMoved(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b);
    void findMovedAndChanged();
    void pairWhatIsLeft();
    [[nodiscard]] std::vector<std::uint32_t> openA(std::uint32_t from) const;
    [[nodiscard]] std::vector<std::uint32_t> openB(std::uint32_t from) const;
    [[nodiscard]] std::optional<std::uint32_t> nearest(const std::vector<std::uint32_t>& places,
                                                       std::int64_t wanted) const;

    ScopePairing& m_pairing;
    const ComparedSteps& m_a;
    const ComparedSteps& m_b;
};

} // namespace tracestore
