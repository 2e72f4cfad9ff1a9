#include "gui/compare/compare_context.h"

#include "gui/context/session_context.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gui {

using tracestore::PairState;
using tracestore::SpanId;
using tracestore::StepPair;

namespace {

    constexpr std::uint32_t kNoPair = std::numeric_limits<std::uint32_t>::max();

} // namespace

tracestore::TraceAlignment mirrored(tracestore::TraceAlignment alignment)
{
    for (StepPair& pair : alignment.pairs) {
        std::swap(pair.a, pair.b);
        if (pair.state == PairState::OnlyA)
            pair.state = PairState::OnlyB;
        else if (pair.state == PairState::OnlyB)
            pair.state = PairState::OnlyA;
    }
    std::swap(alignment.onlyA, alignment.onlyB);
    return alignment;
}

CompareContext::CompareContext(OfBoth<ComparedSide> sides,
                               AlignmentPtr alignment,
                               Theme& theme,
                               QObject* parent)
    : QObject(parent)
    , m_theme(theme)
    , m_sides(std::move(sides))
    , m_alignment(std::move(alignment))
{
    for (const CompareSide side : kBothSides)
        m_contexts[side] = new SessionContext(m_sides[side].trace, theme, this);
    index();
    const std::size_t first = m_differences.empty() ? 0 : m_differences.front();
    if (!pairs().empty())
        m_selected = m_alignment->firstDivergence.value_or(first);
}

CompareContext::~CompareContext() = default;

void CompareContext::index()
{
    m_differences.clear();
    for (const CompareSide side : kBothSides)
        m_pairOfSpan[side].assign(trace(side).spanCount(), kNoPair);
    for (std::uint32_t i = 0; i < pairs().size(); ++i) {
        const StepPair& pair = pairs()[i];
        if (pair.a.isValid())
            m_pairOfSpan.a[pair.a.index()] = i;
        if (pair.b.isValid())
            m_pairOfSpan.b[pair.b.index()] = i;
        if (pair.state != PairState::Equal)
            m_differences.push_back(i);
    }
}

SpanId CompareContext::spanOf(std::size_t pair, CompareSide side) const
{
    return side == CompareSide::A ? pairs()[pair].a : pairs()[pair].b;
}

SpanId CompareContext::anySpanOf(std::size_t pair, CompareSide side) const
{
    const SpanId span = spanOf(pair, side);
    return span.isValid() ? span : pairs()[pair].elsewhere;
}

std::optional<std::size_t> CompareContext::pairOf(CompareSide side, SpanId span) const
{
    const auto& places = m_pairOfSpan[side];
    if (!span.isValid() || span.index() >= places.size() || places[span.index()] == kNoPair)
        return {};
    return places[span.index()];
}

std::optional<std::size_t> CompareContext::nextDifference() const
{
    const auto found = m_selected
        ? std::ranges::upper_bound(m_differences, static_cast<std::uint32_t>(*m_selected))
        : m_differences.begin();
    return found == m_differences.end() ? std::optional<std::size_t>() : *found;
}

std::optional<std::size_t> CompareContext::previousDifference() const
{
    if (!m_selected)
        return {};
    const auto found
        = std::ranges::lower_bound(m_differences, static_cast<std::uint32_t>(*m_selected));
    return found == m_differences.begin() ? std::optional<std::size_t>() : *std::prev(found);
}

void CompareContext::swap()
{
    m_alignment
        = std::make_shared<const tracestore::TraceAlignment>(mirrored(*std::as_const(m_alignment)));
    std::swap(m_sides.a, m_sides.b);
    std::swap(m_contexts.a, m_contexts.b);
    std::swap(m_pairOfSpan.a, m_pairOfSpan.b);
    m_isSwapped = !m_isSwapped;
    emit swapped();
}

void CompareContext::select(std::size_t pair)
{
    if (pair >= pairs().size() || m_selected == pair)
        return;
    m_selected = pair;
    emit selectionChanged();
}

void CompareContext::reveal(std::size_t pair)
{
    if (pair >= pairs().size())
        return;
    select(pair);
    emit revealed();
}

} // namespace gui
