#pragma once

#include "tracestore/compare/scope_alignment.h"

#include <map>

namespace tracestore {

/// Why a span belongs to one of the other side.
struct Partner
{
    SpanId span; ///< none: it has none
    PairReason reason = PairReason::None;
    float confidence = 0;
    bool isMoved = false;
};

/// Which spans of two sides belong together.
class StepPartners
{
public:
    /// Fails only where it is cancelled.
    static Result<StepPartners>
    find(const ComparedSide& sideA, const ComparedSide& sideB, Job& job);

    /// That of a span of A.
    [[nodiscard]] const Partner& ofA(SpanId span) const
    {
        return m_ofA[m_a->trace().preOrderIndex(span)];
    }

    /// The span of A that a span of B belongs to, or none.
    [[nodiscard]] SpanId ofB(SpanId span) const { return m_ofB[m_b->trace().preOrderIndex(span)]; }

    /// Whether a scope of A or B has one on the other side.
    [[nodiscard]] bool hasScopeA(std::uint32_t scope) const { return m_scopesA[scope]; }

    [[nodiscard]] bool hasScopeB(std::uint32_t scope) const { return m_scopesB[scope]; }

private:
    /// For a holder of A: the holders of B that hold partners of what it holds.
    struct Votes
    {
        std::map<SpanId, std::size_t> forHolders;
        std::size_t count = 0;
    };

    StepPartners(const ComparedSide& sideA, const ComparedSide& sideB);

    [[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint32_t>> pairSessions() const;
    void pair(SpanId a, SpanId b, const Partner& partner);
    void voteForHolders();
    void elect(const std::vector<SpanId>& level, std::map<SpanId, Votes>& votes);
    [[nodiscard]] static SpanId
    holderAbove(const ComparedSide& side, SpanId span, std::optional<SpanKind> kind);
    void pairHoldersByPlace(std::span<const SpanId> a, std::span<const SpanId> b);
    void pairLeftHolders();

    const ComparedSide* m_a;
    const ComparedSide* m_b;
    std::vector<Partner> m_ofA; ///< by place in the pre-order of A
    std::vector<SpanId> m_ofB;
    std::vector<bool> m_scopesA;
    std::vector<bool> m_scopesB;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_sessions; ///< of scopes
};

} // namespace tracestore
