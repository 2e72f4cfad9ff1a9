#include "tracestore/compare/pair_judgement.h"

#include "tracestore/compare/pair_comparison.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Behind a step that one side has more, so many that are the same show that they meet again.
    constexpr std::size_t kLeastTogether = 3;
    /// A failed try is looked for again among so many steps behind it.
    constexpr std::size_t kRetryLook = 8;
    constexpr float kLikeRetry = 0.3F;
    /// What nobody did who was recorded.
    constexpr std::uint16_t kGiven = bit(PairChange::Model) | bit(PairChange::Input)
        | bit(PairChange::Configuration) | bit(PairChange::Instructions) | bit(PairChange::Offer);

} // namespace

PairJudgement::PairJudgement(const PairRows& rows)
    : m_rows(rows)
    , m_pairs(rows.pairs())
{ }

void PairJudgement::run()
{
    std::vector<PairLane> lanes = m_rows.lanes();
    PairComparison(m_rows).run(lanes);
    // Where nearly nothing is shared, what looks alike is chance: it makes nothing good.
    if (m_rows.sharesLittle())
        return;
    for (const PairLane& lane : lanes) {
        if (lane.isOneSided)
            continue;
        findRetries(lane);
        bind(lane);
        judge(lane);
    }
    // What is inside an agent that one side has more is as good as that agent. Its row comes first.
    for (const PairLane& lane : lanes) {
        const bool isGood
            = lane.isOneSided && lane.opener < m_pairs.size() && m_pairs[lane.opener].isMadeGood;
        for (const std::uint32_t row : lane.rows) {
            if (lane.isOneSided)
                m_pairs[row].isMadeGood = isGood;
        }
    }
    judgeHolders();
}

/// A holder that one side has more is as good as what it holds.
void PairJudgement::judgeHolders()
{
    std::vector<bool> isBad; // by depth: something below the row that comes next
    for (std::size_t row = m_pairs.size(); row-- > 0;) {
        StepPair& pair = m_pairs[row];
        isBad.resize(std::max<std::size_t>(isBad.size(), pair.depth + std::size_t {2}), false);
        const bool isBadBelow = isBad[pair.depth + std::size_t {1}];
        isBad[pair.depth + std::size_t {1}] = false;
        const bool isHolder = m_rows.stepA(pair) == nullptr && m_rows.stepB(pair) == nullptr;
        const bool isGood = isHolder && isOneSided(pair) && !isBadBelow;
        if (isGood && m_rows.kindOf(pair) == SpanKind::Turn)
            pair.isGiven = true;
        else if (isGood)
            pair.isMadeGood = true;
        const bool isBadHere = pair.state != PairState::Equal && !pair.isMadeGood && !pair.isGiven;
        isBad[pair.depth] = isBad[pair.depth] || isBadBelow || isBadHere;
    }
}

/// A step that failed and is followed by one that asks about the same, which both sides do.
void PairJudgement::findRetries(const PairLane& lane)
{
    for (std::size_t i = 0; i < lane.rows.size(); ++i) {
        const StepPair& pair = m_pairs[lane.rows[i]];
        if (!isOneSided(pair) || pair.elsewhere.isValid())
            continue;
        const ComparedStep& failed = m_rows.oneStep(pair);
        if (!failed.isFailed)
            continue;
        const PairState side = pair.state;
        std::size_t looks = 0;
        for (std::size_t k = i + 1; k < lane.rows.size() && looks < kRetryLook; ++k) {
            const StepPair& later = m_pairs[lane.rows[k]];
            const ComparedStep* step
                = side == PairState::OnlyA ? m_rows.stepA(later) : m_rows.stepB(later);
            if (step == nullptr)
                continue;
            ++looks;
            if (step->sort != failed.sort || step->isFailed)
                continue;
            // A tool may be called for anything: only a call about the same is another try.
            const bool isLike = step->arguments == failed.arguments
                || step->asked.likeness(failed.asked) >= kLikeRetry;
            const bool isOfBoth = !isOneSided(later) && !later.has(PairChange::Arguments);
            if (isLike && isOfBoth)
                markRetry(lane, i);
            if (isLike)
                break;
        }
    }
}

/// The try, and the model calls of that side right beside it.
void PairJudgement::markRetry(const PairLane& lane, std::size_t place)
{
    StepPair& failed = m_pairs[lane.rows[place]];
    failed.reason = PairReason::Retry;
    const auto mark = [&](std::size_t at) {
        StepPair& pair = m_pairs[lane.rows[at]];
        if (pair.state == failed.state && m_rows.kindOf(pair) == SpanKind::Llm)
            pair.reason = PairReason::Retry;
    };
    if (place > 0)
        mark(place - 1);
    if (place + 1 < lane.rows.size())
        mark(place + 1);
}

/// What an agent does, and what it is told; not what is noted or judged about it.
bool PairJudgement::acts(const StepPair& pair) const
{
    switch (m_rows.kindOf(pair)) {
    case SpanKind::Llm:
    case SpanKind::Tool:
    case SpanKind::Agent:
    case SpanKind::Retrieval:
    case SpanKind::Embedding:
    case SpanKind::Memory:
    case SpanKind::Handoff:
    case SpanKind::Plan:
    case SpanKind::Turn:
        return true;
    default:
        return false;
    }
}

PairJudgement::Bond PairJudgement::bondOf(const StepPair& pair) const
{
    if (pair.reason == PairReason::Retry)
        return Bond::Loose;
    if (isSameElsewhere(pair))
        return Bond::Loose;
    if (isOneSided(pair))
        return Bond::Gap;
    if (pair.state == PairState::Equal)
        return acts(pair) && m_rows.kindOf(pair) != SpanKind::Turn ? Bond::Firm : Bond::Loose;
    // A model's calls are judged by what comes of them.
    const bool isOther = pair.has(PairChange::Arguments) && m_rows.kindOf(pair) != SpanKind::Llm;
    const bool isFailedOnce = m_rows.stepA(pair)->isFailed != m_rows.stepB(pair)->isFailed;
    return isOther || isFailedOnce ? Bond::Parted : Bond::Loose;
}

void PairJudgement::bind(const PairLane& lane)
{
    m_bonds.clear();
    for (const std::uint32_t row : lane.rows)
        m_bonds.push_back(bondOf(m_pairs[row]));
    partCalls(lane);
    partReplacements(lane);
}

/// A model that asks for other calls does another thing, unless the calls that follow turn out to
/// be the same, or to be the same and some more.
void PairJudgement::partCalls(const PairLane& lane)
{
    PairSides tools;
    bool isParted = false;
    for (std::size_t i = lane.rows.size(); i-- > 0;) {
        const StepPair& pair = m_pairs[lane.rows[i]];
        if (m_rows.kindOf(pair) == SpanKind::Tool) {
            tools.add(isSameElsewhere(pair) ? PairState::Equal : pair.state);
            isParted = isParted || m_bonds[i] == Bond::Parted;
        }
        if (m_rows.kindOf(pair) != SpanKind::Llm)
            continue;
        const bool isReplaced = tools.isInA && tools.isInB && !tools.isInBoth;
        if (pair.has(PairChange::Arguments) && (tools.isNone() || isReplaced || isParted))
            m_bonds[i] = Bond::Parted;
        tools = {};
        isParted = false;
    }
}

/// Where one side calls a tool and the other calls another one instead, they do different things.
void PairJudgement::partReplacements(const PairLane& lane)
{
    for (std::size_t i = 0; i < lane.rows.size();) {
        std::size_t end = i;
        PairSides tools;
        for (; end < lane.rows.size() && m_bonds[end] != Bond::Firm; ++end) {
            const StepPair& pair = m_pairs[lane.rows[end]];
            const bool isTool = m_rows.kindOf(pair) == SpanKind::Tool;
            if (isTool && pair.reason != PairReason::Retry && !isSameElsewhere(pair))
                tools.add(pair.state);
        }
        if (tools.isInA && tools.isInB) {
            for (std::size_t at = i; at < end; ++at) {
                if (m_bonds[at] == Bond::Gap)
                    m_bonds[at] = Bond::Parted;
            }
        }
        i = end + 1;
    }
}

void PairJudgement::judge(const PairLane& lane)
{
    // Stretches of what is not firm, the last first: each is judged by what follows it.
    bool isNextGood = true;
    for (std::size_t end = lane.rows.size(); end > 0;) {
        if (m_bonds[end - 1] == Bond::Firm) {
            --end;
            continue;
        }
        std::size_t first = end;
        while (first > 0 && m_bonds[first - 1] != Bond::Firm)
            --first;
        std::size_t lastPartedEnd = first;
        for (std::size_t at = first; at < end; ++at)
            lastPartedEnd = m_bonds[at] == Bond::Parted ? at + 1 : lastPartedEnd;
        const bool isGood = isMetAgain(lane, lastPartedEnd, end, isNextGood);
        for (std::size_t at = lastPartedEnd; isGood && at < end; ++at) {
            StepPair& pair = m_pairs[lane.rows[at]];
            const bool isTurn = m_rows.kindOf(pair) == SpanKind::Turn;
            pair.isGiven
                = pair.state != PairState::Equal && (isTurn || (pair.changes & kGiven) != 0);
            pair.isMadeGood = pair.state != PairState::Equal && !pair.isGiven;
        }
        // Whatever follows, a try was done again.
        for (std::size_t at = first; at < end; ++at) {
            StepPair& pair = m_pairs[lane.rows[at]];
            pair.isMadeGood = pair.isMadeGood || pair.reason == PairReason::Retry;
        }
        isNextGood = isGood && lastPartedEnd == first;
        end = first;
    }
}

/// Whether a stretch without a parting, up to `end`, is followed by enough that is the same. That
/// another such stretch comes soon does no harm.
bool PairJudgement::isMetAgain(const PairLane& lane,
                               std::size_t first,
                               std::size_t end,
                               bool isNextGood) const
{
    std::size_t apart = 0;
    for (std::size_t at = first; at < end; ++at) {
        const StepPair& pair = m_pairs[lane.rows[at]];
        apart += m_bonds[at] == Bond::Gap && acts(pair) ? 1 : 0;
    }
    const std::size_t wanted = apart == 0 ? 1 : std::max(kLeastTogether, apart);
    std::size_t together = 0;
    std::size_t at = end;
    for (; at < lane.rows.size() && together < wanted; ++at) {
        if (m_bonds[at] == Bond::Firm)
            ++together;
        else if (isNextGood)
            return true;
        else if (m_bonds[at] != Bond::Loose)
            return false;
    }
    return together >= wanted || endsAlike(lane, first);
}

/// Whether nothing that counts as an outcome is different up to the end.
bool PairJudgement::endsAlike(const PairLane& lane, std::size_t first) const
{
    constexpr std::uint16_t kOutcome
        = bit(PairChange::Output) | bit(PairChange::Status) | bit(PairChange::Arguments);
    for (std::size_t at = lane.rows.size(); at-- > first;) {
        const StepPair& pair = m_pairs[lane.rows[at]];
        if (m_bonds[at] == Bond::Firm)
            return true;
        if (pair.reason == PairReason::Retry || isSameElsewhere(pair))
            continue;
        const bool isOutcome = isOneSided(pair) ? acts(pair) : (pair.changes & kOutcome) != 0;
        if (isOutcome)
            return false;
    }
    return true;
}

std::optional<std::size_t> PairJudgement::firstDivergence() const
{
    std::optional<std::size_t> holder;
    for (std::size_t row = 0; row < m_pairs.size(); ++row) {
        const StepPair& pair = m_pairs[row];
        if (pair.state == PairState::Equal || pair.isMadeGood || pair.isGiven)
            continue;
        if (m_rows.stepA(pair) != nullptr || m_rows.stepB(pair) != nullptr)
            return row;
        if (!holder && !isOneSided(pair))
            holder = row;
    }
    return holder;
}

} // namespace tracestore
