#include "gui/compare/compare_words.h"
#include "gui/compare/paired_text_view.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>

#include <algorithm>

// Selecting and the keys of texts side by side.

namespace gui {

using namespace Qt::StringLiterals;

CompareSide PairedTextView::sideAt(int x) const
{
    return x < columnWidth() ? CompareSide::A : CompareSide::B;
}

qsizetype PairedTextView::positionAt(QPoint point, CompareSide side)
{
    const auto& visible = visibleBlocks();
    if (visible.empty())
        return 0;
    const auto found = std::ranges::find_if(
        visible, [&](const VisibleBlock& one) { return point.y() < one.y + one.height; });
    const VisibleBlock& hit = found == visible.end() ? visible.back() : *found;
    const PairedText::Stretch& place = m_text->rows[m_shown[hit.block].row].text[side];
    QTextLayout* text = layout(hit.block, side);
    if (text == nullptr)
        return place.first;
    QTextLine line;
    for (int i = 0; i < text->lineCount(); ++i) {
        line = text->lineAt(i);
        if (point.y() - hit.y < line.y() + line.height())
            break;
    }
    if (!line.isValid())
        return place.first;
    return place.first + line.xToCursor(point.x() - columnLeft(side) - kSignRoom);
}

QString PairedTextView::selectedText() const
{
    const qsizetype from = std::min(m_selection.anchor, m_selection.cursor);
    return m_text->text[m_selection.side].mid(
        from, std::max(m_selection.anchor, m_selection.cursor) - from);
}

void PairedTextView::copy() const
{
    if (m_selection.anchor != m_selection.cursor)
        QGuiApplication::clipboard()->setText(selectedText());
}

void PairedTextView::selectAll()
{
    m_selection.anchor = 0;
    m_selection.cursor = m_text->text[m_selection.side].size();
    viewport()->update();
}

void PairedTextView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        return copy();
    if (event->matches(QKeySequence::SelectAll))
        return selectAll();
    const int page = std::max(m_lineSpacing, viewport()->height() - 2 * m_lineSpacing);
    switch (event->key()) {
    case Qt::Key_Up:
        return scrollBy(-m_lineSpacing);
    case Qt::Key_Down:
        return scrollBy(m_lineSpacing);
    case Qt::Key_PageUp:
        return scrollBy(-page);
    case Qt::Key_PageDown:
    case Qt::Key_Space:
        return scrollBy(page);
    case Qt::Key_Home:
        return scrollTo(0);
    case Qt::Key_End:
        return scrollToEnd();
    default:
        BlockScrollArea::keyPressEvent(event);
    }
}

void PairedTextView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    for (const VisibleBlock& visible : visibleBlocks()) {
        const bool isHit
            = event->pos().y() >= visible.y && event->pos().y() < visible.y + visible.height;
        if (isHit && isFold(visible.block))
            return unfold(visible.block);
    }
    m_selection.side = sideAt(event->pos().x());
    m_selection.anchor = m_selection.cursor = positionAt(event->pos(), m_selection.side);
    viewport()->update();
}

void PairedTextView::mouseMoveEvent(QMouseEvent* event)
{
    if (!event->buttons().testFlag(Qt::LeftButton))
        return;
    m_selection.cursor = positionAt(event->pos(), m_selection.side);
    viewport()->update();
}

void PairedTextView::contextMenuEvent(QContextMenuEvent* event)
{
    const CompareSide side = sideAt(event->pos().x());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* copied = menu->addAction(tr("Copy\tCtrl+C"), this, &PairedTextView::copy);
    copied->setEnabled(m_selection.anchor != m_selection.cursor);
    menu->addAction(tr("Copy all of %1").arg(sideName(side)), this, [this, side] {
        QGuiApplication::clipboard()->setText(m_text->text[side]);
    });
    menu->addAction(tr("Show the text of %1 in a window").arg(sideName(side)), this, [this, side] {
        emit wholeTextRequested(side);
    });
    menu->popup(event->globalPos());
}

} // namespace gui
