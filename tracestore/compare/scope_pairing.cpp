#include "tracestore/compare/scope_pairing.h"

#include "tracestore/compare/print_numbers.h"

namespace tracestore {
namespace {

    constexpr float kPlaceConfidence = 0.3F;
    constexpr float kRepeatedConfidence = 0.95F;

} // namespace

ScopePairing::ScopePairing(ComparedSteps a, ComparedSteps b)
    : m_a(std::move(a))
    , m_b(std::move(b))
    , m_partners(m_a.size(), kNobody)
    , m_partnersB(m_b.size(), kNobody)
    , m_likeness(m_a.size())
    , m_isMoved(m_a.size(), false)
{
    PrintNumbers contents(m_a.size() + m_b.size());
    PrintNumbers calls(m_a.size() + m_b.size());
    const auto number = [&](const ComparedSteps& steps, Numbers& numbers) {
        for (const ComparedStep* step : steps) {
            numbers.content.push_back(contents.numberOf(step->content()));
            numbers.call.push_back(calls.numberOf(step->call()));
        }
    };
    number(m_a, m_numbersA);
    number(m_b, m_numbersB);
    m_timesA.resize(contents.count(), 0);
    m_timesB.resize(contents.count(), 0);
    for (const std::uint32_t one : m_numbersA.content)
        ++m_timesA[one];
    for (const std::uint32_t one : m_numbersB.content)
        ++m_timesB[one];
}

void ScopePairing::match(std::uint32_t a, std::uint32_t b)
{
    match(a, b, likenessOf(*m_a[a], *m_b[b]));
}

void ScopePairing::match(std::uint32_t a, std::uint32_t b, StepLikeness likeness)
{
    if (likeness.reason == PairReason::SameContent && !isOnce(a))
        likeness.value = kRepeatedConfidence;
    m_partners[a] = b;
    m_partnersB[b] = a;
    m_likeness[a] = likeness;
}

void ScopePairing::matchMoved(std::uint32_t a, std::uint32_t b, StepLikeness likeness)
{
    match(a, b, likeness);
    m_isMoved[a] = true;
}

StepLikeness ScopePairing::byPlace()
{
    return {kPlaceConfidence, PairReason::SamePlace};
}

bool ScopePairing::isOnce(std::uint32_t a) const
{
    const std::uint32_t number = m_numbersA.content[a];
    return m_timesA[number] == 1 && m_timesB[number] == 1;
}

ScopeGap ScopePairing::whole() const
{
    return {0, static_cast<std::uint32_t>(m_a.size()), 0, static_cast<std::uint32_t>(m_b.size())};
}

std::vector<ScopeGap> ScopePairing::gaps() const
{
    std::vector<ScopeGap> found;
    ScopeGap gap;
    const auto close = [&](std::size_t a, std::size_t b) {
        gap.endA = static_cast<std::uint32_t>(a);
        gap.endB = static_cast<std::uint32_t>(b);
        if (!gap.isOneSided())
            found.push_back(gap);
    };
    for (std::size_t i = 0; i < m_a.size(); ++i) {
        if (m_partners[i] == kNobody)
            continue;
        close(i, m_partners[i]);
        gap.firstA = static_cast<std::uint32_t>(i + 1);
        gap.firstB = m_partners[i] + 1;
    }
    close(m_a.size(), m_b.size());
    return found;
}

} // namespace tracestore
