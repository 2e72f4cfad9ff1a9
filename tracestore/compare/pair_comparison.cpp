#include "tracestore/compare/pair_comparison.h"

namespace tracestore {
namespace {

    /// What is not known differs from nothing.
    bool differ(ContentPrint a, ContentPrint b)
    {
        return a != b && a != 0 && b != 0;
    }

} // namespace

PairComparison::PairComparison(const PairRows& rows)
    : m_rows(rows)
    , m_pairs(rows.pairs())
{ }

void PairComparison::run(std::vector<PairLane>& lanes)
{
    for (StepPair& pair : m_pairs)
        compare(pair);
    for (PairLane& lane : lanes) {
        leaveOutWhatGoesOn(lane);
        if (!lane.isOneSided)
            leaveOutTurns(lane);
    }
}

void PairComparison::compare(StepPair& pair)
{
    if (isOneSided(pair))
        return;
    const ComparedStep* a = m_rows.stepA(pair);
    const ComparedStep* b = m_rows.stepB(pair);
    if (a != nullptr && b != nullptr)
        compareSteps(pair, *a, *b);
    const SpanStatus statusA = m_rows.a().trace().status(pair.a);
    const SpanStatus statusB = m_rows.b().trace().status(pair.b);
    if (statusA != statusB && statusA != SpanStatus::Unknown && statusB != SpanStatus::Unknown)
        pair.changes |= bit(PairChange::Status);
    pair.state = pair.changes == 0 ? PairState::Equal : PairState::Changed;
}

void PairComparison::compareSteps(StepPair& pair, const ComparedStep& a, const ComparedStep& b)
{
    const auto note = [&](PairChange change, bool isOther) {
        if (isOther)
            pair.changes |= bit(change);
    };
    const bool isCall = a.kind == SpanKind::Llm;
    const bool isAgent = a.inner != SpanId::kNone;
    const bool isTold = (a.arguments | a.output) != 0 && (b.arguments | b.output) != 0;
    const bool isNamed = isAgent || a.sort != b.sort;
    note(PairChange::Name,
         isNamed && m_rows.a().trace().name(pair.a) != m_rows.b().trace().name(pair.b));
    note(PairChange::Model, differ(a.model, b.model));
    const bool isTask = isAgent || a.kind == SpanKind::Turn;
    note(PairChange::Input,
         differ(a.input, b.input) || (isTask && differ(a.arguments, b.arguments)));
    // A model that asked for nothing is known to have asked for nothing.
    note(PairChange::Arguments,
         !isTask
             && (isCall ? isTold && a.arguments != b.arguments : differ(a.arguments, b.arguments)));
    note(PairChange::Output, differ(a.output, b.output));
    const bool isInstructed = differ(a.instructions, b.instructions);
    const bool isOffered = differ(a.offer, b.offer);
    note(PairChange::Configuration, isInstructed || isOffered);
    note(PairChange::Instructions, isInstructed);
    note(PairChange::Offer, isOffered);
    note(PairChange::Order, pair.isMoved && m_rows.partners().ofA(pair.a).isMoved);
}

/// Another model or configuration is a difference once, where it begins; other words of the user
/// are one of the turn that has them; and a name is none, but that of a tool.
void PairComparison::leaveOutWhatGoesOn(const PairLane& lane)
{
    constexpr std::uint16_t kGoesOn
        = bit(PairChange::Model) | bit(PairChange::Instructions) | bit(PairChange::Offer);
    constexpr std::uint16_t kOfConfiguration
        = bit(PairChange::Instructions) | bit(PairChange::Offer);
    std::uint16_t before = 0;
    bool isOtherTurn = false;
    for (const std::uint32_t row : lane.rows) {
        StepPair& pair = m_pairs[row];
        if (m_rows.kindOf(pair) == SpanKind::Turn)
            isOtherTurn = isOneSided(pair) || pair.has(PairChange::Input);
        if (isOneSided(pair))
            continue;
        if (m_rows.kindOf(pair) == SpanKind::Llm) {
            const std::uint16_t now = pair.changes & kGoesOn;
            std::uint16_t goesOn = now & before;
            before = now;
            goesOn |= isOtherTurn ? bit(PairChange::Input) : std::uint16_t {0};
            pair.changes &= static_cast<std::uint16_t>(~goesOn);
            if ((pair.changes & kOfConfiguration) == 0)
                pair.changes &= static_cast<std::uint16_t>(~bit(PairChange::Configuration));
        }
        const bool isNamedAlone
            = pair.changes == bit(PairChange::Name) && m_rows.kindOf(pair) != SpanKind::Tool;
        pair.state = pair.changes == 0 || isNamedAlone ? PairState::Equal : PairState::Changed;
    }
}

/// Where one side has no turns at all, its format does not know them: they are no difference.
void PairComparison::leaveOutTurns(PairLane& lane)
{
    PairSides turns;
    for (const std::uint32_t row : lane.rows) {
        if (m_rows.kindOf(m_pairs[row]) == SpanKind::Turn)
            turns.add(m_pairs[row].state);
    }
    if (turns.isInBoth || turns.isInA == turns.isInB)
        return;
    std::erase_if(lane.rows, [&](std::uint32_t row) {
        const bool isTurn = m_rows.kindOf(m_pairs[row]) == SpanKind::Turn;
        m_pairs[row].isGiven = isTurn;
        return isTurn;
    });
}

} // namespace tracestore
