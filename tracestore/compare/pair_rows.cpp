#include "tracestore/compare/pair_rows.h"

namespace tracestore {
namespace {

    constexpr double kLittle = 0.1;
    constexpr std::size_t kFewSteps = 6;

} // namespace

PairRows::PairRows(const ComparedSide& sideA,
                   const ComparedSide& sideB,
                   const StepPartners& partners,
                   std::vector<StepPair>& pairs)
    : m_a(sideA)
    , m_b(sideB)
    , m_partners(partners)
    , m_pairs(pairs)
{ }

const ComparedStep* PairRows::stepA(const StepPair& pair) const
{
    const bool isStep = pair.a.isValid() && m_a.isStep(pair.a);
    return isStep ? &m_a.steps()[m_a.stepOf(pair.a)] : nullptr;
}

const ComparedStep* PairRows::stepB(const StepPair& pair) const
{
    const bool isStep = pair.b.isValid() && m_b.isStep(pair.b);
    return isStep ? &m_b.steps()[m_b.stepOf(pair.b)] : nullptr;
}

const ComparedStep& PairRows::oneStep(const StepPair& pair) const
{
    return pair.a.isValid() ? *stepA(pair) : *stepB(pair);
}

SpanKind PairRows::kindOf(const StepPair& pair) const
{
    return pair.a.isValid() ? m_a.trace().kind(pair.a) : m_b.trace().kind(pair.b);
}

double PairRows::shared() const
{
    std::size_t same = 0;
    for (const StepPair& pair : m_pairs) {
        // Those that stand apart are counted with their row of A.
        const SpanId partner = pair.b.isValid() ? pair.b : pair.elsewhere;
        const bool isStep = pair.a.isValid() && partner.isValid() && m_a.isStep(pair.a);
        const bool isSame = pair.state == PairState::Equal || pair.reason == PairReason::SameContent
            || pair.reason == PairReason::SameCall;
        same += isStep && isSame ? 1 : 0;
    }
    const std::size_t all = m_a.steps().size() + m_b.steps().size();
    return all == 0 ? 1.0 : 2.0 * static_cast<double>(same) / static_cast<double>(all);
}

bool PairRows::sharesLittle() const
{
    return m_a.steps().size() + m_b.steps().size() >= kFewSteps && shared() < kLittle;
}

std::vector<PairLane> PairRows::lanes() const
{
    const std::size_t countA = m_a.scopes().size();
    std::vector<PairLane> lanes(countA + m_b.scopes().size());
    std::vector<std::uint32_t> laneOfB(m_b.scopes().size());
    for (std::uint32_t scope = 0; scope < laneOfB.size(); ++scope)
        laneOfB[scope] = static_cast<std::uint32_t>(countA + scope);
    for (const StepPair& pair : m_pairs) {
        if (stepA(pair) == nullptr || stepB(pair) == nullptr)
            continue;
        laneOfB[m_b.scopeOf(pair.b)] = m_a.scopeOf(pair.a);
    }
    const auto openerRow = [&](std::uint32_t row, const ComparedStep* step, std::uint32_t lane) {
        if (step != nullptr && step->inner != SpanId::kNone)
            lanes[lane].opener = row;
    };
    for (std::uint32_t row = 0; row < m_pairs.size(); ++row) {
        const StepPair& pair = m_pairs[row];
        const bool isStep = stepA(pair) != nullptr || stepB(pair) != nullptr;
        if (const ComparedStep* a = stepA(pair))
            openerRow(row, a, a->inner);
        if (const ComparedStep* b = stepB(pair); b != nullptr && b->inner != SpanId::kNone)
            openerRow(row, b, laneOfB[b->inner]);
        if (!isStep)
            continue;
        const std::uint32_t lane
            = pair.a.isValid() ? m_a.scopeOf(pair.a) : laneOfB[m_b.scopeOf(pair.b)];
        lanes[lane].rows.push_back(row);
    }
    for (std::uint32_t scope = 0; scope < countA; ++scope)
        lanes[scope].isOneSided = !m_partners.hasScopeA(scope);
    for (std::uint32_t scope = 0; scope < laneOfB.size(); ++scope)
        lanes[countA + scope].isOneSided = true;
    return lanes;
}

} // namespace tracestore
