#include "gui/conversation/conversation_rows.h"

#include "tracestore/model/call_history.h"

#include <algorithm>
#include <span>

namespace gui {

using namespace tracestore;

namespace {

    /// Agents inside the outermost one are folded to a card.
    constexpr std::size_t kOpenLevels = 1;
    constexpr std::size_t kMaxTold = 4;
    constexpr std::size_t kMaxLook = 2000;

    /// Kinds whose payloads hold what was said or done.
    bool hasContent(SpanKind kind)
    {
        switch (kind) {
        case SpanKind::Llm:
        case SpanKind::Tool:
        case SpanKind::Message:
        case SpanKind::Turn:
        case SpanKind::Compaction:
        case SpanKind::Approval:
        case SpanKind::Plan:
        case SpanKind::Event:
        case SpanKind::Error:
            return true;
        default:
            return false;
        }
    }

    /// A turn shows the message that began it, so that the step of that message would repeat it.
    bool isPromptOfTurn(const Trace& trace, SpanId span)
    {
        const SpanId parent = trace.parent(span);
        return trace.kind(span) == SpanKind::Message && parent.isValid()
            && trace.kind(parent) == SpanKind::Turn
            && trace.preOrderIndex(span) == trace.preOrderIndex(parent) + 1
            && !trace.name(span).empty() && trace.name(span) == trace.name(parent);
    }

    bool tells(SpanKind kind)
    {
        return kind == SpanKind::Turn || kind == SpanKind::Message || kind == SpanKind::Compaction;
    }

    bool isError(const Trace& trace, SpanId span)
    {
        return trace.status(span) == SpanStatus::Error;
    }

    /// Whether a step that has changed has a row, and one like that, for other reasons than the
    /// steps around it.
    bool isOutlinedAlike(const Trace& before, const Trace& now, SpanId span)
    {
        return before.kind(span) == now.kind(span) && isError(before, span) == isError(now, span)
            && before.agentOf(span) == now.agentOf(span) && before.name(span) == now.name(span)
            && before.countsInTotals(span) == now.countsInTotals(span);
    }

    /// Steps before this place of the newer trace are outlined as they were.
    std::size_t firstOtherPlace(const Trace& before, const Trace& now, const TraceGrowth& growth)
    {
        if (!growth.isTreeKept)
            return 0;
        std::size_t place = commonPlaces(before, now);
        // What stands in front of the first new step may have had nothing below it.
        place -= std::min<std::size_t>(place, 1);
        for (const SpanId span : growth.changed) {
            if (!isOutlinedAlike(before, now, span))
                place = std::min(place, now.preOrderIndex(span));
        }
        return place;
    }

    /// Whether the ids of calls that were found are still there, and the texts of them.
    bool keepsCallIds(const Trace& before, const Trace& now, const TraceGrowth& growth)
    {
        return now.strings().goesOnFrom(before.strings())
            && std::ranges::all_of(growth.changed, [&](SpanId span) {
                   return before.kind(span) == now.kind(span)
                       && before.toolCallId(span) == now.toolCallId(span);
               });
    }

} // namespace

ConversationRows::ConversationRows(TracePtr trace)
    : m_trace(std::move(trace))
{
    findCallIds(0);
}

void ConversationRows::findCallIds(std::size_t firstSpan)
{
    const auto& ids = m_trace->columns().toolCallId;
    for (std::size_t i = firstSpan; i < m_trace->spanCount(); ++i) {
        if (m_trace->kind(SpanId(i)) == SpanKind::Tool && !ids[i].isEmpty())
            m_callIds.insert(m_trace->text(ids[i]));
    }
}

std::size_t ConversationRows::setTrace(TracePtr trace, const TraceGrowth& growth)
{
    struct Outlined
    {
        SpanId span;
        std::uint16_t level;
        bool isCard;
        std::size_t rows;

        bool operator==(const Outlined&) const = default;
    };

    const auto outlined = [](const Entry& entry) {
        return Outlined {entry.span, entry.level, entry.isCard, entry.rowCount()};
    };
    const TracePtr before = std::exchange(m_trace, std::move(trace));
    const bool keepsIds = keepsCallIds(*before, *m_trace, growth);
    if (!keepsIds)
        m_callIds.clear();
    findCallIds(keepsIds ? growth.firstNew : 0);
    m_cards.clear();

    const std::size_t place = firstOtherPlace(*before, *m_trace, growth);
    const std::size_t kept = entriesBefore(place);
    const std::size_t firstStale = markStale(growth, kept);
    std::vector<Outlined> tail;
    std::transform(m_entries.begin() + static_cast<std::ptrdiff_t>(kept),
                   m_entries.end(),
                   std::back_inserter(tail),
                   outlined);
    for (std::size_t i = kept; i < m_entries.size(); ++i)
        m_entries[i].isStale = m_entries[i].isStale || growth.concerns(m_entries[i].span);
    outline(place);
    markStaleCalls(growth, kept);
    std::size_t same = 0;
    while (same < tail.size() && kept + same < m_entries.size()
           && tail[same] == outlined(m_entries[kept + same])
           && (tail[same].isCard || !growth.concerns(tail[same].span)))
        ++same;
    return firstStale < kept ? firstStale : kept + same;
}

/// Of the first entries; gives the first of them that is no card, else their count.
std::size_t ConversationRows::markStale(const TraceGrowth& growth, std::size_t entryCount)
{
    const auto end = m_entries.begin() + static_cast<std::ptrdiff_t>(entryCount);
    std::size_t first = entryCount;
    for (const SpanId span : growth.changed) {
        const auto place = [&](const Entry& entry) { return m_trace->preOrderIndex(entry.span); };
        const auto found = std::ranges::lower_bound(
            m_entries.begin(), end, m_trace->preOrderIndex(span), {}, place);
        if (found == end || found->span != span)
            continue;
        found->isStale = true;
        if (!found->isCard)
            first = std::min(first, static_cast<std::size_t>(found - m_entries.begin()));
    }
    return first;
}

/// A model call shows the calls of tools that have no step of their own: a new step may be one.
void ConversationRows::markStaleCalls(const TraceGrowth& growth, std::size_t firstEntry)
{
    const auto isCall
        = [&](const Entry& entry) { return m_trace->kind(entry.span) == SpanKind::Llm; };
    std::size_t from = firstEntry;
    while (from > 0 && firstEntry - from < kMaxLook && !isCall(m_entries[from - 1]))
        --from;
    Entry* call = from > 0 && isCall(m_entries[from - 1]) ? &m_entries[from - 1] : nullptr;
    for (std::size_t i = firstEntry; i < m_entries.size(); ++i) {
        if (isCall(m_entries[i]))
            call = &m_entries[i];
        else if (call != nullptr && growth.isNew(m_entries[i].span))
            call->isStale = !call->blocks.empty();
    }
}

bool ConversationRows::setLiveText(SpanId span, const QString& text)
{
    const std::size_t at = entryOfSpan(span);
    if (at == m_entries.size() || m_entries[at].span != span || m_entries[at].isCard)
        return false;
    Entry& entry = m_entries[at];
    const bool isNew = entry.live == nullptr;
    Block block = stepBlock(*m_trace, span);
    block.kind = BlockKind::Answer;
    block.level = entry.level;
    block.sections.push_back({.text = text, .syntax = TextSyntax::Markdown, .size = text.size()});
    entry.live = std::make_shared<const Block>(std::move(block));
    if (isNew)
        layOutRows();
    return true;
}

void ConversationRows::setScope(SessionId session, SpanId root)
{
    m_session = session;
    m_root = root;
    outline();
}

bool ConversationRows::isCard(SpanId span) const
{
    if (m_trace->descendantCount(span) == 0)
        return false;
    const SpanKind kind = m_trace->kind(span);
    if (kind == SpanKind::Agent || kind == SpanKind::Handoff)
        return true;
    const SpanId parent = m_trace->parent(span);
    return parent.isValid() && m_trace->agentOf(span).isValid()
        && m_trace->agentOf(parent).isValid() && m_trace->agentOf(span) != m_trace->agentOf(parent)
        && m_trace->kind(parent) != SpanKind::Agent;
}

bool ConversationRows::isShown(SpanId span) const
{
    const SpanKind kind = m_trace->kind(span);
    if (isPromptOfTurn(*m_trace, span))
        return false;
    if (hasContent(kind))
        return kind != SpanKind::Llm || isModelCall(*m_trace, span);
    if (kind == SpanKind::Session)
        return false;
    // What an agent keeps in mind is no part of what is said.
    if (kind == SpanKind::StateChange)
        return m_trace->status(span) == SpanStatus::Error;
    // What only wraps other steps, or is plumbing (a request of a tool), has nothing to tell.
    const bool isPlumbing = kind == SpanKind::Other || m_trace->descendantCount(span) > 0;
    return !isPlumbing || m_trace->status(span) == SpanStatus::Error;
}

bool ConversationRows::isOpen(SpanId card, std::size_t level) const
{
    const bool opensByItself = level < kOpenLevels || card == m_root;
    return opensByItself != m_toggledCards.contains(card.value);
}

/// Of what is shown.
ConversationRows::Places ConversationRows::places() const
{
    const auto endOf = [&](SpanId span) {
        return m_trace->preOrderIndex(span) + m_trace->descendantCount(span) + 1;
    };
    if (m_root.isValid())
        return {m_trace->preOrderIndex(m_root), endOf(m_root)};
    // The steps of a session follow one another.
    const auto roots = m_session.isValid() ? m_trace->roots(m_session) : std::span<const SpanId>();
    return roots.empty() ? Places()
                         : Places {m_trace->preOrderIndex(roots.front()), endOf(roots.back())};
}

std::size_t ConversationRows::entriesBefore(std::size_t place) const
{
    const auto isBefore
        = [&](const Entry& entry) { return m_trace->preOrderIndex(entry.span) < place; };
    const auto end = std::ranges::partition_point(m_entries, isBefore);
    return static_cast<std::size_t>(end - m_entries.begin());
}

/// The ends of the open cards that lie round a place, the outermost first. A place in a closed card
/// is moved to its end.
std::vector<std::size_t> ConversationRows::cardEndsAround(std::size_t& place) const
{
    const std::size_t first = places().first;
    std::vector<SpanId> above;
    for (SpanId span = m_trace->parent(m_trace->preOrder()[place]);
         span.isValid() && m_trace->preOrderIndex(span) >= first;
         span = m_trace->parent(span))
        above.push_back(span);
    std::vector<std::size_t> ends;
    for (auto span = above.rbegin(); span != above.rend(); ++span) {
        if (!isCard(*span))
            continue;
        const std::size_t end = m_trace->preOrderIndex(*span) + m_trace->descendantCount(*span) + 1;
        if (!isOpen(*span, ends.size())) {
            place = end;
            break;
        }
        ends.push_back(end);
    }
    return ends;
}

void ConversationRows::appendEntries(std::size_t fromPlace)
{
    const auto& order = m_trace->preOrder();
    const auto [first, end] = places();
    std::size_t at = std::max(first, fromPlace);
    if (at >= end)
        return;
    std::vector<std::size_t> cardEnds = cardEndsAround(at);
    for (std::size_t i = at; i < end; ++i) {
        while (!cardEnds.empty() && cardEnds.back() <= i)
            cardEnds.pop_back();
        const SpanId span = order[i];
        Entry entry {.span = span,
                     .level
                     = static_cast<std::uint16_t>(std::min<std::size_t>(cardEnds.size(), 12))};
        if (isCard(span)) {
            entry.isCard = true;
            entry.isOpen = isOpen(span, cardEnds.size());
            const std::size_t cardEnd = i + m_trace->descendantCount(span) + 1;
            m_entries.push_back(std::move(entry));
            if (m_entries.back().isOpen)
                cardEnds.push_back(cardEnd);
            else
                i = cardEnd - 1;
        } else if (isShown(span)) {
            m_entries.push_back(std::move(entry));
        }
    }
}

/// Lists the entries from a place of the trace on; those before it are as they should be.
void ConversationRows::outline(std::size_t fromPlace)
{
    const std::size_t kept = entriesBefore(fromPlace);
    const auto tail = std::span(m_entries).subspan(kept);
    // What is loaded stays loaded when cards open and close.
    std::unordered_map<SpanId, Entry> loaded;
    for (Entry& entry : tail)
        if (!entry.blocks.empty() || entry.live != nullptr)
            loaded.emplace(entry.span, std::move(entry));
    m_entries.resize(kept);
    appendEntries(fromPlace);
    for (Entry& entry : std::span(m_entries).subspan(kept)) {
        const auto found = loaded.find(entry.span);
        if (found == loaded.end() || entry.isCard)
            continue;
        entry.blocks = std::move(found->second.blocks);
        entry.isStale = found->second.isStale;
        entry.live = std::move(found->second.live);
        if (!entry.blocks.empty() && entry.blocks.front()->level != entry.level)
            entry.blocks.clear();
    }
    layOutRows(kept);
}

void ConversationRows::layOutRows(std::size_t firstEntry)
{
    m_rows.resize(rowOfEntry(firstEntry));
    for (std::size_t i = firstEntry; i < m_entries.size(); ++i) {
        for (std::size_t place = 0; place < m_entries[i].rowCount(); ++place)
            m_rows.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(place)});
    }
}

BlockPtr ConversationRows::block(std::size_t row) const
{
    const Entry& entry = m_entries[m_rows[row].entry];
    if (entry.live != nullptr && m_rows[row].place >= entry.blockCount())
        return entry.live;
    if (!entry.blocks.empty())
        return entry.blocks[m_rows[row].place];
    Block block = entry.isCard ? card(entry.span) : stepBlock(*m_trace, entry.span);
    block.level = entry.level;
    block.startsFolded = entry.isCard && !entry.isOpen;
    if (!entry.isCard && hasContent(block.spanKind))
        block.kind = BlockKind::Pending;
    return std::make_shared<const Block>(std::move(block));
}

const Block& ConversationRows::card(SpanId span) const
{
    const auto known = m_cards.find(span);
    return known != m_cards.end() ? known->second
                                  : m_cards.emplace(span, cardBlock(*m_trace, span)).first->second;
}

SpanId ConversationRows::spanOf(std::size_t row) const
{
    return m_entries[m_rows[row].entry].span;
}

std::size_t ConversationRows::rowOfEntry(std::size_t entry) const
{
    const auto found = std::ranges::lower_bound(m_rows, entry, {}, &Row::entry);
    return static_cast<std::size_t>(found - m_rows.begin());
}

bool ConversationRows::isPending(std::size_t entry) const
{
    const Entry& one = m_entries[entry];
    return !one.isCard && (one.blocks.empty() || one.isStale)
        && hasContent(m_trace->kind(one.span));
}

ConversationRows::Needs ConversationRows::needs(std::size_t entry) const
{
    Needs needs;
    const SpanId span = m_entries[entry].span;
    if (m_trace->kind(span) != SpanKind::Llm)
        return needs;
    needs.previousCall = previousCall(*m_trace, span);
    for (std::size_t i = entry; i-- > 0 && needs.told.size() < kMaxTold;) {
        const SpanId before = m_entries[i].span;
        if (before == needs.previousCall || m_trace->kind(before) == SpanKind::Llm
            || entry - i > kMaxLook)
            break;
        if (tells(m_trace->kind(before)))
            needs.told.push_back(before);
    }
    return needs;
}

ToolSteps ConversationRows::toolsAround(std::size_t entry) const
{
    ToolSteps tools;
    tools.callIds = &m_callIds;
    const auto take = [&](std::size_t i, std::unordered_set<std::string_view>& to) {
        const SpanId span = m_entries[i].span;
        const bool isNameless = m_trace->toolCallId(span).empty();
        if (m_trace->kind(span) == SpanKind::Tool && isNameless)
            to.insert(m_trace->name(span));
        return m_trace->kind(span) != SpanKind::Llm;
    };
    for (std::size_t i = entry; i-- > 0 && entry - i < kMaxLook && take(i, tools.namesBefore);) { }
    for (std::size_t i = entry + 1; i < m_entries.size() && i - entry < kMaxLook; ++i)
        if (!take(i, tools.namesBehind))
            break;
    return tools;
}

void ConversationRows::setDetails(std::size_t entry, const StepDetails& details)
{
    Entry& one = m_entries[entry];
    one.blocks.clear();
    one.isStale = false;
    if (m_trace->status(one.span) != SpanStatus::Pending)
        one.live.reset();
    for (Block& block : stepBlocks(*m_trace, one.span, details, toolsAround(entry))) {
        block.level = one.level;
        one.blocks.push_back(std::make_shared<const Block>(std::move(block)));
    }
}

void ConversationRows::setFailed(std::size_t entry, const QString& why)
{
    Entry& one = m_entries[entry];
    Block block = stepBlock(*m_trace, one.span);
    block.level = one.level;
    BlockSection section;
    section.text = why;
    section.size = why.size();
    section.isError = true;
    block.sections.push_back(std::move(section));
    one.isStale = false;
    one.live.reset();
    one.blocks = {std::make_shared<const Block>(std::move(block))};
}

void ConversationRows::toggleCard(SpanId card)
{
    if (!m_toggledCards.remove(card.value))
        m_toggledCards.insert(card.value);
    outline();
}

void ConversationRows::openCardsOf(SpanId span)
{
    std::vector<SpanId> above;
    for (SpanId at = span; at.isValid() && at != m_root;) {
        at = m_trace->parent(at);
        if (at.isValid() && isCard(at))
            above.push_back(at);
    }
    std::size_t level = 0;
    for (auto card = above.rbegin(); card != above.rend(); ++card, ++level) {
        if (!isOpen(*card, level) && !m_toggledCards.remove(card->value))
            m_toggledCards.insert(card->value);
    }
    outline();
}

SpanId ConversationRows::tellerOf(SpanId span) const
{
    return span.isValid() && isPromptOfTurn(*m_trace, span) ? m_trace->parent(span) : span;
}

std::size_t ConversationRows::entryOfSpan(SpanId span) const
{
    const auto place = [&](const Entry& entry) { return m_trace->preOrderIndex(entry.span); };
    for (SpanId at = span; at.isValid(); at = m_trace->parent(at)) {
        const auto found
            = std::ranges::lower_bound(m_entries, m_trace->preOrderIndex(at), {}, place);
        if (found != m_entries.end() && found->span == at)
            return static_cast<std::size_t>(found - m_entries.begin());
    }
    return m_entries.size();
}

} // namespace gui
