#include "gui/compare/compare_rows.h"

#include <algorithm>

namespace gui {

using tracestore::PairState;
using tracestore::StepPair;

namespace {

    constexpr std::size_t kRowsBeside = 1; ///< equal rows that stay beside a difference
    constexpr std::size_t kRowsAtTop = 2; ///< rows that say where both begin
    constexpr std::size_t kLeastRows = 3; ///< rows that are worth a fold

} // namespace

CompareRows::CompareRows(const std::vector<StepPair>& pairs)
    : m_isOpen(pairs.size(), true)
    , m_isUnfolded(pairs.size(), false)
{
    findShape(pairs);
    list();
}

void CompareRows::findShape(const std::vector<StepPair>& pairs)
{
    const auto count = static_cast<std::uint32_t>(pairs.size());
    m_end.assign(count, count);
    m_parent.assign(count, kNone);
    m_differencesBefore.assign(count + 1, 0);
    std::vector<std::uint32_t> above;
    for (std::uint32_t i = 0; i < count; ++i) {
        while (!above.empty() && pairs[above.back()].depth >= pairs[i].depth) {
            m_end[above.back()] = i;
            above.pop_back();
        }
        if (!above.empty())
            m_parent[i] = above.back();
        above.push_back(i);
        const bool isDifference = pairs[i].state != PairState::Equal;
        m_differencesBefore[i + 1] = m_differencesBefore[i] + (isDifference ? 1 : 0);
    }
}

void CompareRows::setFolding(EqualFolding folding)
{
    m_folding = folding;
    m_isUnfolded.assign(m_isUnfolded.size(), false);
    list();
}

std::optional<std::size_t> CompareRows::parentOf(std::size_t pair) const
{
    return m_parent[pair] == kNone ? std::optional<std::size_t>() : m_parent[pair];
}

void CompareRows::setOpen(std::size_t pair, bool isOpen)
{
    if (m_isOpen[pair] == isOpen)
        return;
    m_isOpen[pair] = isOpen;
    list();
}

void CompareRows::setAllOpen(bool isOpen)
{
    m_isOpen.assign(m_isOpen.size(), isOpen);
    list();
}

void CompareRows::unfold(const CompareRow& row)
{
    std::fill_n(m_isUnfolded.begin() + row.first, row.count, true);
    list();
}

bool CompareRows::show(std::size_t pair)
{
    bool isHidden = false;
    for (auto above = parentOf(pair); above; above = parentOf(*above)) {
        isHidden |= !m_isOpen[*above];
        m_isOpen[*above] = true;
    }
    if (isHidden)
        list();
    const CompareRow row = m_rows[rowOf(pair)];
    if (row.isFold)
        unfold(row);
    return isHidden || row.isFold;
}

std::size_t CompareRows::rowOf(std::size_t pair) const
{
    const auto behind = std::ranges::upper_bound(
        m_rows, static_cast<std::uint32_t>(pair), {}, &CompareRow::first);
    return static_cast<std::size_t>(behind - m_rows.begin()) - 1;
}

/// Those that no closed one hides.
std::vector<std::uint32_t> CompareRows::openPairs() const
{
    std::vector<std::uint32_t> open;
    open.reserve(m_end.size());
    for (std::uint32_t i = 0; i < m_end.size(); i = m_isOpen[i] ? i + 1 : m_end[i])
        open.push_back(i);
    return open;
}

/// Which of these stand in a row of their own.
std::vector<bool> CompareRows::keptOf(const std::vector<std::uint32_t>& open) const
{
    std::vector<bool> kept(open.size(), m_folding == EqualFolding::None);
    if (m_folding == EqualFolding::None)
        return kept;
    const std::size_t beside = m_folding == EqualFolding::Stretches ? kRowsBeside : 0;
    for (std::size_t i = 0; i < open.size(); ++i) {
        if (m_isUnfolded[open[i]] || differencesBelow(open[i]) > 0)
            kept[i] = true;
        if (!isDifference(open[i]))
            continue;
        const std::size_t end = std::min(open.size(), i + beside + 1);
        for (std::size_t k = i - std::min(i, beside); k < end; ++k)
            kept[k] = true;
    }
    if (m_folding == EqualFolding::Stretches)
        std::fill_n(kept.begin(), std::min(kRowsAtTop, kept.size()), true);
    return kept;
}

void CompareRows::list()
{
    const std::vector<std::uint32_t> open = openPairs();
    const std::vector<bool> kept = keptOf(open);
    const std::size_t least = m_folding == EqualFolding::All ? 1 : kLeastRows;
    m_rows.clear();
    for (std::size_t i = 0; i < open.size();) {
        std::size_t end = i;
        while (end < open.size() && !kept[end])
            ++end;
        if (end - i >= least) {
            const auto last
                = end == open.size() ? static_cast<std::uint32_t>(m_end.size()) : open[end];
            m_rows.push_back({open[i], last - open[i], true});
            i = end;
            continue;
        }
        for (end = std::max(end, i + 1); i < end; ++i)
            m_rows.push_back({open[i], 1, false});
    }
}

} // namespace gui
