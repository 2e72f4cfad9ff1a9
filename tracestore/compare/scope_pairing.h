#pragma once

#include "tracestore/compare/scope_alignment.h"

namespace tracestore {

using ComparedSteps = std::vector<const ComparedStep*>;

/// Two stretches of steps, as places in their scopes.
struct ScopeGap
{
    std::uint32_t firstA = 0;
    std::uint32_t endA = 0;
    std::uint32_t firstB = 0;
    std::uint32_t endB = 0;

    [[nodiscard]] std::size_t lengthA() const { return endA - firstA; }

    [[nodiscard]] std::size_t lengthB() const { return endB - firstB; }

    [[nodiscard]] bool isOneSided() const { return firstA == endA || firstB == endB; }

    [[nodiscard]] std::size_t cells() const { return lengthA() * lengthB(); }
};

/// Which steps of two scopes were matched so far, and why.
class ScopePairing
{
public:
    /// Contents and calls as small numbers: equal for equal ones.
    struct Numbers
    {
        std::vector<std::uint32_t> content;
        std::vector<std::uint32_t> call;
    };

    ScopePairing(ComparedSteps a, ComparedSteps b);

    [[nodiscard]] const ComparedSteps& a() const { return m_a; }

    [[nodiscard]] const ComparedSteps& b() const { return m_b; }

    [[nodiscard]] const Numbers& numbersA() const { return m_numbersA; }

    [[nodiscard]] const Numbers& numbersB() const { return m_numbersB; }

    /// Matches two steps that are open, for what they have in common.
    void match(std::uint32_t a, std::uint32_t b);
    void match(std::uint32_t a, std::uint32_t b, StepLikeness likeness);

    /// The same of steps that do not stand between the same others.
    void matchMoved(std::uint32_t a, std::uint32_t b, StepLikeness likeness);

    /// For its place alone.
    [[nodiscard]] static StepLikeness byPlace();

    [[nodiscard]] bool isOpenA(std::uint32_t a) const { return m_partners[a] == kNobody; }

    [[nodiscard]] bool isOpenB(std::uint32_t b) const { return m_partnersB[b] == kNobody; }

    /// The place in B of the partner of a step that has one.
    [[nodiscard]] std::uint32_t partner(std::uint32_t a) const { return m_partners[a]; }

    [[nodiscard]] const StepLikeness& likeness(std::uint32_t a) const { return m_likeness[a]; }

    [[nodiscard]] bool isMoved(std::uint32_t a) const { return m_isMoved[a]; }

    /// Its content is there once on both sides.
    [[nodiscard]] bool isOnce(std::uint32_t a) const;

    [[nodiscard]] ScopeGap whole() const;

    /// What is open between neighbours that are matched. While nothing was moved.
    [[nodiscard]] std::vector<ScopeGap> gaps() const;

private:
    static constexpr std::uint32_t kNobody = ~std::uint32_t {0};

    ComparedSteps m_a;
    ComparedSteps m_b;
    Numbers m_numbersA;
    Numbers m_numbersB;
    std::vector<std::uint32_t> m_timesA; ///< how often each content is there
    std::vector<std::uint32_t> m_timesB;
    std::vector<std::uint32_t> m_partners;
    std::vector<std::uint32_t> m_partnersB;
    std::vector<StepLikeness> m_likeness;
    std::vector<bool> m_isMoved;
};

} // namespace tracestore
