#include "gui/messages/block_list_view.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);

} // namespace

BlockListView::BlockListView(Theme& theme, QWidget* parent)
    : BlockScrollArea(parent)
    , m_theme(theme)
{
    viewport()->setMouseTracking(true);
    connect(&theme, &Theme::changed, this, &BlockListView::relayout);
    auto* copy = new QAction(theme.icon(u"copy"_s), tr("Copy"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &BlockListView::copyCurrent);
    addAction(copy);
}

void BlockListView::relayout()
{
    m_layouts.clear();
    remeasureAll();
}

void BlockListView::resetRows(std::size_t count, std::size_t current)
{
    m_layouts.clear();
    m_current = current;
    m_hovered = kNoRow;
    resetBlocks(count);
}

void BlockListView::resetRowsFrom(std::size_t first, std::size_t count)
{
    std::erase_if(m_layouts, [&](const auto& held) { return held.first >= first; });
    resetBlocksFrom(first, count);
}

void BlockListView::rowChanged(std::size_t row)
{
    m_layouts.erase(row);
    remeasure(row);
}

bool BlockListView::isFolded(std::size_t row) const
{
    const BlockPtr block = blockAt(row);
    return block->canFold && block->startsFolded != m_toggled.contains(foldKey(row));
}

void BlockListView::toggle(std::size_t row)
{
    if (row >= blockCount() || !blockAt(row)->canFold)
        return;
    const quint64 key = foldKey(row);
    if (!m_toggled.remove(key))
        m_toggled.insert(key);
    m_layouts.erase(row);
    remeasure(row);
    if (row == m_current)
        setCurrentRow(row);
}

int BlockListView::estimatedHeight(std::size_t row) const
{
    const BlockPtr block = blockAt(row);
    return estimatedBlockHeight(*block, isFolded(row), contentWidth());
}

int BlockListView::measuredHeight(std::size_t row)
{
    return layout(row).height();
}

const BlockLayout& BlockListView::layout(std::size_t row)
{
    std::unique_ptr<BlockLayout>& held = m_layouts[row];
    if (held == nullptr) {
        ++m_layoutCount;
        held = std::make_unique<BlockLayout>(*blockAt(row), isFolded(row), contentWidth(), m_theme);
    }
    return *held;
}

void BlockListView::visibleBlocksChanged()
{
    const auto& visible = visibleBlocks();
    if (visible.empty())
        return;
    const std::size_t first = visible.front().block;
    const std::size_t last = visible.back().block;
    std::erase_if(m_layouts, [&](const auto& held) {
        return held.first + 20 < first || held.first > last + 20;
    });
}

void BlockListView::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_theme.color(ColorRole::Panel));
    for (const VisibleBlock& visible : visibleBlocks()) {
        const BlockLayout::Look look {.width = viewport()->width(),
                                      .isCurrent = visible.block == m_current,
                                      .hasFocus = hasFocus(),
                                      .isMarked = isMarked(visible.block),
                                      .isHovered = visible.block == m_hovered,
                                      .isStop = isStop(visible.block)};
        layout(visible.block).paint(painter, QPoint(0, visible.y), look);
        paintNoted(painter, visible);
    }
}

/// In the edge on the left, which is free.
void BlockListView::paintNoted(QPainter& painter, const VisibleBlock& visible) const
{
    constexpr int kMark = 12;
    int x = 2;
    const int y = visible.y + (metrics::kRowHeight - kMark) / 2;
    const QStringList icons = notedIcons(visible.block);
    for (const QString& icon : icons) {
        m_theme.icon(icon, ColorRole::Accent).paint(&painter, QRect(x, y, kMark, kMark));
        x += kMark + 1;
    }
}

void BlockListView::contentWidthChanged()
{
    m_layouts.clear();
}

// --- Where one is ------------------------------------------------------------------------------

void BlockListView::setCurrentRow(std::size_t row)
{
    m_current = row;
    if (row < blockCount())
        showPlace(row, 0, std::min(layout(row).height(), viewport()->height() - 1));
    viewport()->update();
}

void BlockListView::choose(std::size_t row)
{
    if (row >= blockCount())
        return;
    setCurrentRow(row);
    emit rowChosen(row);
}

const BlockScrollArea::VisibleBlock* BlockListView::rowAt(int y)
{
    const auto& visible = visibleBlocks();
    const auto found = std::ranges::find_if(
        visible, [&](const VisibleBlock& one) { return y >= one.y && y < one.y + one.height; });
    return found == visible.end() ? nullptr : &*found;
}

QPoint BlockListView::pointOf(std::size_t row, BlockLayout::Target::Kind kind)
{
    for (const VisibleBlock& visible : visibleBlocks()) {
        if (visible.block != row)
            continue;
        for (int y = 4; y < visible.height; y += 8)
            for (int x = 4; x < viewport()->width(); x += 8)
                if (layout(row).targetAt(QPoint(x, y)).kind == kind)
                    return {x, visible.y + y};
    }
    return {};
}

void BlockListView::copyCurrent() const
{
    if (m_current < blockCount())
        QGuiApplication::clipboard()->setText(blockText(*blockAt(m_current)));
}

void BlockListView::act(std::size_t row, const BlockLayout::Target& target)
{
    switch (target.kind) {
    case BlockLayout::Target::Kind::Fold:
        toggle(row);
        break;
    case BlockLayout::Target::Kind::ShowAll:
        emit wholeRequested(row, target.index);
        break;
    case BlockLayout::Target::Kind::Media:
        emit mediaRequested(row, target.index);
        break;
    case BlockLayout::Target::Kind::Enter:
        emit enterRequested(row);
        break;
    case BlockLayout::Target::Kind::None:
        break;
    }
}

// --- Events ------------------------------------------------------------------------------------

void BlockListView::keyPressEvent(QKeyEvent* event)
{
    const std::size_t count = blockCount();
    const bool isOnRow = m_current < count;
    switch (event->key()) {
    case Qt::Key_Down: {
        // A block higher than the view is read to its end first.
        if (isOnRow
            && blockTop(m_current) + layout(m_current).height()
                > offset() + viewport()->height() + metrics::kRowHeight)
            scrollBy(3 * metrics::kRowHeight);
        else
            choose(isOnRow ? std::min(m_current + 1, count - 1) : 0);
        return;
    }
    case Qt::Key_Up:
        if (isOnRow && blockTop(m_current) < offset())
            scrollBy(-3 * metrics::kRowHeight);
        else
            choose(isOnRow && m_current > 0 ? m_current - 1 : 0);
        return;
    case Qt::Key_Home:
        choose(0);
        return;
    case Qt::Key_End:
        if (count > 0)
            choose(count - 1);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (isOnRow && event->modifiers().testFlag(Qt::ControlModifier))
            emit enterRequested(m_current);
        else if (isOnRow && blockAt(m_current)->canFold)
            toggle(m_current);
        else if (isOnRow && !blockAt(m_current)->sections.empty()
                 && blockAt(m_current)->sections.front().isCut)
            emit wholeRequested(m_current, 0);
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (isOnRow && blockAt(m_current)->canFold
            && isFolded(m_current) == (event->key() == Qt::Key_Right))
            toggle(m_current);
        return;
    default:
        BlockScrollArea::keyPressEvent(event);
    }
}

void BlockListView::mousePressEvent(QMouseEvent* event)
{
    const VisibleBlock* hit = rowAt(event->pos().y());
    if (hit == nullptr || (event->button() != Qt::LeftButton && event->button() != Qt::RightButton))
        return;
    const VisibleBlock row = *hit;
    const BlockLayout::Target target = layout(row.block).targetAt(event->pos() - QPoint(0, row.y));
    m_current = row.block;
    viewport()->update();
    emit rowChosen(row.block);
    if (event->button() == Qt::LeftButton)
        act(row.block, target);
}

void BlockListView::mouseMoveEvent(QMouseEvent* event)
{
    const VisibleBlock* hit = rowAt(event->pos().y());
    const std::size_t row = hit == nullptr ? kNoRow : hit->block;
    const bool isTarget = hit != nullptr
        && layout(row).targetAt(event->pos() - QPoint(0, hit->y)).kind
            != BlockLayout::Target::Kind::None;
    viewport()->setCursor(isTarget ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (row != m_hovered) {
        m_hovered = row;
        viewport()->update();
    }
}

void BlockListView::leaveEvent(QEvent* event)
{
    m_hovered = kNoRow;
    viewport()->update();
    BlockScrollArea::leaveEvent(event);
}

void BlockListView::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_current >= blockCount())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    const BlockPtr block = blockAt(m_current);
    for (std::size_t i = 0; i < block->sections.size(); ++i) {
        const QString label = block->sections[i].label;
        menu->addAction(label.isEmpty() ? tr("Open text…") : tr("Open %1…").arg(label),
                        this,
                        [this, row = m_current, i] { emit wholeRequested(row, i); });
    }
    if (block->kind == BlockKind::Card)
        menu->addAction(
            tr("Show only this"), this, [this, row = m_current] { emit enterRequested(row); });
    emit menuOpened(menu, m_current);
    const QPoint place = event->reason() == QContextMenuEvent::Keyboard
        ? viewport()->mapToGlobal(QPoint(40, 40))
        : event->globalPos();
    menu->popup(place);
}

} // namespace gui
