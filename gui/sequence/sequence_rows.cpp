#include "gui/sequence/sequence_rows.h"

#include <algorithm>

namespace gui {

namespace { } // namespace

SequenceRows::SequenceRows(SequencePtr sequence)
    : m_sequence(std::move(sequence))
    , m_loops(m_sequence->loops.size())
    , m_rowOfItem(m_sequence->items.size())
    , m_rowOfHead(m_sequence->loops.size())
{
    judgeLoops();
    relist();
}

void SequenceRows::judgeLoops()
{
    for (std::size_t i = 0; i < m_loops.size(); ++i) {
        const SequenceLoop& loop = m_sequence->loops[i];
        for (std::uint32_t item = loop.end(); item-- > loop.first;) {
            const SequenceItem& judged = m_sequence->items[item];
            if (!judged.isError)
                continue;
            m_loops[i].round = (item - loop.first) / loop.period;
            m_loops[i].failures += judged.kind == SequenceItem::Kind::Result ? 0 : 1;
        }
    }
}

std::uint32_t SequenceRows::loopOf(std::uint32_t item) const
{
    const auto& loops = m_sequence->loops;
    const auto behind = std::ranges::upper_bound(loops, item, {}, &SequenceLoop::first);
    if (behind == loops.begin() || std::prev(behind)->end() <= item)
        return SequenceItem::kNone;
    return static_cast<std::uint32_t>(behind - loops.begin() - 1);
}

std::uint32_t SequenceRows::roundOf(std::uint32_t item) const
{
    const std::uint32_t loop = loopOf(item);
    if (loop == SequenceItem::kNone)
        return 0;
    return (item - m_sequence->loops[loop].first) / m_sequence->loops[loop].period;
}

void SequenceRows::openAsIn(const SequenceRows& before)
{
    bool isOther = false;
    for (std::uint32_t i = 0; i < before.m_loops.size(); ++i) {
        // A loop may have become longer, or have begun one round later.
        const SequenceLoop& old = before.m_sequence->loops[i];
        const std::uint32_t item = m_sequence->itemOf(before.m_sequence->items[old.first].span);
        const std::uint32_t loop = item == SequenceItem::kNone ? item : loopOf(item);
        if (before.m_loops[i].isOpen && loop != SequenceItem::kNone)
            isOther = !std::exchange(m_loops[loop].isOpen, true) || isOther;
    }
    if (isOther)
        relist();
}

void SequenceRows::relist()
{
    m_rows.clear();
    std::uint32_t loop = 0;
    for (std::uint32_t item = 0; item < m_sequence->items.size();) {
        if (loop < m_loops.size() && m_sequence->loops[loop].first == item) {
            listLoop(loop);
            item = m_sequence->loops[loop++].end();
            continue;
        }
        m_rowOfItem[item] = static_cast<std::uint32_t>(m_rows.size());
        m_rows.push_back({item++, SequenceItem::kNone});
    }
    findActivity();
}

void SequenceRows::listLoop(std::uint32_t index)
{
    const SequenceLoop& loop = m_sequence->loops[index];
    const LoopState& state = m_loops[index];
    m_rowOfHead[index] = static_cast<std::uint32_t>(m_rows.size());
    m_rows.push_back({SequenceItem::kNone, index});
    const auto first = static_cast<std::uint32_t>(m_rows.size());
    const std::uint32_t shown = state.isOpen ? loop.rounds * loop.period : loop.period;
    const std::uint32_t from = state.isOpen ? loop.first : loop.first + state.round * loop.period;
    for (std::uint32_t i = 0; i < shown; ++i)
        m_rows.push_back({from + i, index});
    for (std::uint32_t i = 0; i < loop.rounds * loop.period; ++i)
        m_rowOfItem[loop.first + i] = first + (state.isOpen ? i : i % loop.period);
}

void SequenceRows::addActivity(std::uint32_t participant, std::uint32_t a, std::uint32_t b)
{
    const auto [first, last] = std::minmax(a, b);
    m_activity[participant].push_back({first, last});
}

/// From a call to its result whoever was called is at work; whoever nobody calls, from the first to
/// the last that one hears of them.
void SequenceRows::findActivity()
{
    m_activity.assign(m_sequence->participants.size(), {});
    std::vector<RowStretch> heard(m_sequence->participants.size(), {SequenceItem::kNone, 0});
    std::vector<bool> isCalled(m_sequence->participants.size());
    for (std::uint32_t i = 0; i < m_sequence->items.size(); ++i) {
        const SequenceItem& item = m_sequence->items[i];
        const std::uint32_t row = m_rowOfItem[i];
        for (const std::uint32_t one : {item.from, item.to})
            heard[one] = {std::min(heard[one].first, row), std::max(heard[one].last, row)};
        if (item.kind == SequenceItem::Kind::RoundTrip)
            addActivity(item.to, row, row);
        else if (item.kind == SequenceItem::Kind::Call && item.partner != SequenceItem::kNone)
            addActivity(item.to, row, m_rowOfItem[item.partner]);
        else
            continue;
        isCalled[item.to] = isCalled[item.to] || item.from != item.to;
    }
    for (std::uint32_t i = 0; i < heard.size(); ++i) {
        const bool isAgent = m_sequence->participants[i].kind == Participant::Kind::Agent;
        if (isAgent && !isCalled[i] && heard[i].first != SequenceItem::kNone)
            m_activity[i].push_back(heard[i]);
        std::vector<RowStretch>& stretches = m_activity[i];
        std::ranges::sort(stretches, {}, &RowStretch::first);
        std::vector<RowStretch> merged;
        for (const RowStretch& stretch : stretches) {
            if (!merged.empty() && stretch.first <= merged.back().last)
                merged.back().last = std::max(merged.back().last, stretch.last);
            else
                merged.push_back(stretch);
        }
        stretches = std::move(merged);
    }
}

void SequenceRows::setOpen(std::uint32_t loop, bool isOpen)
{
    if (m_loops[loop].isOpen == isOpen)
        return;
    m_loops[loop].isOpen = isOpen;
    relist();
}

void SequenceRows::setAllOpen(bool isOpen)
{
    for (LoopState& loop : m_loops)
        loop.isOpen = isOpen;
    relist();
}

bool SequenceRows::showItem(std::uint32_t item)
{
    const std::uint32_t loop = loopOf(item);
    if (loop == SequenceItem::kNone || m_loops[loop].isOpen || m_loops[loop].round == roundOf(item))
        return false;
    m_loops[loop].round = roundOf(item);
    // As many rows as before, with others in them.
    const std::uint32_t head = m_rowOfHead[loop];
    const SequenceLoop& shown = m_sequence->loops[loop];
    for (std::uint32_t i = 0; i < shown.period; ++i)
        m_rows[head + 1 + i].item = shown.first + m_loops[loop].round * shown.period + i;
    return true;
}

} // namespace gui
