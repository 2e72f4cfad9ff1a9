#include "gui/context/session_context.h"
#include "gui/conversation/conversation_view.h"
#include "gui/theme/format.h"

#include <algorithm>

namespace gui {

using tracestore::SpanDetail;
using tracestore::SpanId;

namespace {

    /// Steps fetched beyond what is in sight, in both directions.
    constexpr std::size_t kAhead = 8;

    bool holdsContent(const SpanDetail& detail)
    {
        return !detail.input.empty() || !detail.output.empty() || !detail.toolArguments.empty()
            || !detail.toolResult.empty();
    }

} // namespace

TranscriptList::TranscriptList(SessionContext& context)
    : BlockListView(context.theme())
    , m_context(context)
    , m_rows(context.trace())
{
    setObjectName(QStringLiteral("transcript"));
    connect(&context.annotations(), &Annotations::changed, viewport(), [this] {
        viewport()->update();
    });
    setAccessibleName(tr("Transcript"));
    connect(&context, &SessionContext::selectionChanged, viewport(), qOverload<>(&QWidget::update));
    connect(&context, &SessionContext::stopChanged, viewport(), qOverload<>(&QWidget::update));
    m_livePause.setSingleShot(true);
    m_livePause.setInterval(33);
    connect(&m_livePause, &QTimer::timeout, this, &TranscriptList::showLiveTexts);
    connect(&context, &SessionContext::liveTextChanged, this, [this](SpanId span) {
        if (std::ranges::find(m_spoken, span) == m_spoken.end())
            m_spoken.push_back(span);
        if (!m_livePause.isActive())
            m_livePause.start();
    });
}

void TranscriptList::setScope(tracestore::SessionId session, SpanId root)
{
    m_context.details().cancel(this);
    m_requested.clear();
    forgetFolds();
    m_rows.setScope(session, root);
    resetRows(m_rows.rowCount(), 0);
    scrollTo(0);
}

void TranscriptList::takeGrowth(const TraceGrowth& growth)
{
    m_followsEnd = isAtEnd();
    const Kept kept = keptPlace();
    const auto& visible = visibleBlocks();
    const std::size_t inSight = visible.empty() ? 0 : visible.back().block + 1;
    const std::size_t entry = m_rows.setTrace(m_context.trace(), growth);
    const std::size_t changed
        = entry < m_rows.entries().size() ? m_rows.rowOfEntry(entry) : m_rows.rowCount();
    // As a rule it is the end that changes, and that is not where one reads.
    if (changed >= inSight && changed > currentRow()) {
        resetRowsFrom(changed, m_rows.rowCount());
        refreshCards();
    } else {
        restorePlace(kept);
    }
    if (m_followsEnd)
        scrollToEnd();
    // What is on its way tells of the trace before.
    if (std::ranges::any_of(m_requested, [&](SpanId span) { return growth.concerns(span); }))
        m_requested.clear();
}

/// The figures of cards in sight are others now.
void TranscriptList::refreshCards()
{
    const std::vector<VisibleBlock> visible = visibleBlocks();
    for (const VisibleBlock& one : visible) {
        if (m_rows.entries()[m_rows.entryOf(one.block)].isCard)
            rowChanged(one.block);
    }
}

void TranscriptList::showEvent(QShowEvent* event)
{
    BlockListView::showEvent(event);
    if (!m_spoken.empty())
        m_livePause.start();
}

/// The end of what was said, as far as it is worth a look while more comes.
void TranscriptList::showLiveTexts()
{
    // Hidden, it may not know yet who speaks.
    if (!isVisible())
        return;
    constexpr qsizetype kMostShown = 2000;
    const bool follows = isAtEnd();
    for (const SpanId span : std::exchange(m_spoken, {})) {
        const QString text = m_context.liveText(span);
        const bool isCut = text.size() > kMostShown;
        const QString shown = isCut ? QString(u'…' + text.right(kMostShown)) : text;
        if (text.isEmpty())
            continue;
        const std::size_t rowsBefore = m_rows.rowCount();
        bool isShown = false;
        const auto change = [&] { isShown = m_rows.setLiveText(span, shown); };
        const std::size_t entry = m_rows.entryOfSpan(span);
        const bool hasRow = entry < m_rows.entries().size() && m_rows.entries()[entry].span == span
            && m_rows.entries()[entry].live != nullptr;
        hasRow ? change() : keepPlace(change);
        if (isShown && m_rows.rowCount() == rowsBefore) {
            const std::size_t first = m_rows.rowOfEntry(entry);
            rowChanged(first + m_rows.entries()[entry].rowCount() - 1);
        }
    }
    if (follows)
        scrollToEnd();
}

BlockPtr TranscriptList::blockAt(std::size_t row) const
{
    return m_rows.block(row);
}

quint64 TranscriptList::foldKey(std::size_t row) const
{
    return quint64 {m_rows.spanOf(row).value} << 24U | m_rows.placeOf(row);
}

bool TranscriptList::isMarked(std::size_t row) const
{
    return m_rows.spanOf(row) == m_rows.tellerOf(m_context.selected());
}

bool TranscriptList::isStop(std::size_t row) const
{
    const SpanId stop = m_context.stop().stop;
    return stop.isValid() && m_rows.spanOf(row) == m_rows.tellerOf(stop);
}

/// At the first block of a step.
QStringList TranscriptList::notedIcons(std::size_t row) const
{
    const SpanId span = m_rows.spanOf(row);
    if (row > 0 && m_rows.spanOf(row - 1) == span)
        return {};
    QStringList icons;
    if (m_context.annotations().bookmarks().contains(span))
        icons << QStringLiteral("pin");
    if (m_context.annotations().noted().contains(span))
        icons << QStringLiteral("note");
    return icons;
}

int TranscriptList::estimatedHeight(std::size_t row) const
{
    const auto& entry = m_rows.entries()[m_rows.entryOf(row)];
    const bool isLine = entry.blocks.empty() && entry.live == nullptr;
    return isLine ? metrics::kRowHeight : BlockListView::estimatedHeight(row);
}

void TranscriptList::toggle(std::size_t row)
{
    if (row >= blockCount() || !m_rows.entries()[m_rows.entryOf(row)].isCard) {
        BlockListView::toggle(row);
        return;
    }
    keepPlace([&] { m_rows.toggleCard(m_rows.spanOf(row)); });
}

void TranscriptList::keepPlace(const std::function<void()>& change)
{
    const Kept kept = keptPlace();
    change();
    restorePlace(kept);
}

TranscriptList::Kept TranscriptList::keptPlace()
{
    if (m_rows.rowCount() == 0)
        return {};
    const auto placeOf = [&](std::size_t row) {
        row = std::min(row, m_rows.rowCount() - 1);
        return Place {m_rows.spanOf(row), m_rows.placeOf(row)};
    };
    const auto& visible = visibleBlocks();
    // The current row stays where it is, if it is in sight; else what is at the top.
    const auto here = std::ranges::find(visible, currentRow(), &VisibleBlock::block);
    const bool isHere = here != visible.end();
    const std::size_t fixedRow = isHere ? here->block : visible.empty() ? 0 : visible.front().block;
    const int fixedY = isHere ? here->y : visible.empty() ? 0 : visible.front().y;
    return {placeOf(fixedRow), fixedY, placeOf(currentRow())};
}

void TranscriptList::restorePlace(const Kept& kept)
{
    if (!kept.fixed.span.isValid()) {
        resetRows(m_rows.rowCount(), 0);
        return;
    }
    const auto rowOf = [&](const Place& place) {
        const std::size_t entry = m_rows.entryOfSpan(place.span);
        if (entry == m_rows.entries().size())
            return std::size_t {0};
        const std::size_t count = m_rows.entries()[entry].rowCount();
        return m_rows.rowOfEntry(entry) + std::min(place.row, count - 1);
    };
    resetRows(m_rows.rowCount(), rowOf(kept.current));
    showAt(rowOf(kept.fixed), kept.y);
}

void TranscriptList::reveal(SpanId span)
{
    const std::size_t count = m_rows.entries().size();
    const std::size_t before = m_rows.entryOfSpan(span);
    if (before == count)
        return;
    const ConversationRows::Entry& nearest = m_rows.entries()[before];
    if (nearest.isCard && !nearest.isOpen && nearest.span != span)
        keepPlace([&] { m_rows.openCardsOf(span); });
    setCurrentRow(m_rows.rowOfEntry(m_rows.entryOfSpan(span)));
}

// --- Content -----------------------------------------------------------------------------------

void TranscriptList::visibleBlocksChanged()
{
    BlockListView::visibleBlocksChanged();
    if (m_isFetchPlanned)
        return;
    // Not in the middle of painting or scrolling: the answer changes the rows.
    m_isFetchPlanned = true;
    QTimer::singleShot(0, this, &TranscriptList::fetchVisible);
}

void TranscriptList::fetchVisible()
{
    m_isFetchPlanned = false;
    const auto& visible = visibleBlocks();
    if (visible.empty())
        return;
    std::size_t first = m_rows.entryOf(visible.front().block);
    first -= std::min(first, kAhead);
    const std::size_t last
        = std::min(m_rows.entries().size(), m_rows.entryOf(visible.back().block) + kAhead + 1);
    std::vector<SpanId> wanted;
    std::vector<SpanId> spans;
    for (std::size_t entry = first; entry < last; ++entry) {
        if (!m_rows.isPending(entry))
            continue;
        wanted.push_back(m_rows.entries()[entry].span);
        spans.push_back(wanted.back());
        const ConversationRows::Needs needs = m_rows.needs(entry);
        if (needs.previousCall.isValid())
            spans.push_back(needs.previousCall);
        spans.insert(spans.end(), needs.told.begin(), needs.told.end());
    }
    if (wanted.empty() || wanted == m_requested)
        return;
    m_requested = wanted;
    std::ranges::sort(spans);
    spans.erase(std::unique(spans.begin(), spans.end()), spans.end());
    m_context.details().requestDetails(
        this, std::move(spans), [this, wanted](const DetailLoader::DetailMap& map) {
            adopt(wanted, map);
        });
}

void TranscriptList::adopt(const std::vector<SpanId>& wanted, const DetailLoader::DetailMap& map)
{
    m_requested.clear();
    bool hasContent = false;
    const bool follows = m_followsEnd && isAtEnd();
    const bool showsCurrent
        = isInSight(currentRow()) && m_rows.isPending(m_rows.entryOf(currentRow()));
    keepPlace([&] {
        for (const SpanId span : wanted) {
            const std::size_t entry = m_rows.entryOfSpan(span);
            if (entry < m_rows.entries().size() && m_rows.entries()[entry].span == span
                && m_rows.isPending(entry))
                adoptEntry(entry, map, hasContent);
        }
        m_rows.layOutRows();
    });
    if (follows)
        scrollToEnd();
    else if (showsCurrent)
        showStepOf(currentRow());
    emit contentArrived(hasContent);
}

bool TranscriptList::isInSight(std::size_t row)
{
    const auto& visible = visibleBlocks();
    return std::ranges::find(visible, row, &VisibleBlock::block) != visible.end();
}

void TranscriptList::showStepOf(std::size_t row)
{
    const std::size_t entry = m_rows.entryOf(row);
    const std::size_t first = m_rows.rowOfEntry(entry);
    const std::size_t count = std::max<std::size_t>(1, m_rows.entries()[entry].blocks.size());
    // The end of it, too, where it fits; its beginning in any case.
    setCurrentRow(first + count - 1);
    setCurrentRow(first);
}

void TranscriptList::adoptEntry(std::size_t entry,
                                const DetailLoader::DetailMap& map,
                                bool& hasContent)
{
    const auto find = [&](SpanId span) -> const SpanDetail* {
        const auto found = map.find(span);
        return found == map.end() || !found->second ? nullptr : found->second->get();
    };
    const SpanId span = m_rows.entries()[entry].span;
    const auto own = map.find(span);
    if (own == map.end())
        return;
    if (!own->second) {
        m_rows.setFailed(entry,
                         tr("The content of this step cannot be read: %1")
                             .arg(singleLine(own->second.error().message, 400)));
        hasContent = true;
        return;
    }
    const ConversationRows::Needs needs = m_rows.needs(entry);
    StepDetails details {.step = find(span)};
    if (needs.previousCall.isValid())
        details.previousCall = find(needs.previousCall);
    for (const SpanId told : needs.told)
        if (const SpanDetail* detail = find(told))
            details.told.push_back(detail);
    hasContent = hasContent || holdsContent(*details.step);
    m_rows.setDetails(entry, details);
}

} // namespace gui
