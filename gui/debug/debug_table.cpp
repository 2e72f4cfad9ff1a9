#include "gui/debug/debug_table.h"

#include "gui/theme/theme.h"
#include "gui/widgets/breakpoint_dot.h"
#include "gui/widgets/selected_row.h"

#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPainter>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;

DebugTable::DebugTable(Theme& theme, int markColumn, QWidget* parent)
    : RunTable(theme, parent)
    , m_markColumn(markColumn)
{
    setItemDelegate(new DebugDelegate(theme, this));
    setSelectionMode(ExtendedSelection);
    horizontalHeader()->setMinimumSectionSize(24);
    connect(this, &QAbstractItemView::doubleClicked, this, [this](const QModelIndex& index) {
        if (index.column() != m_markColumn)
            emit edited();
    });
}

void DebugTable::setShares(std::vector<int> shares)
{
    m_shares = std::move(shares);
    horizontalHeader()->setStretchLastSection(true);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this] {
        // Columns that come and go change widths, too: only what a mouse drags is a choice.
        if (!m_isSharing && horizontalHeader()->viewport()->underMouse()
            && QGuiApplication::mouseButtons().testFlag(Qt::LeftButton))
            m_isWidthChosen = true;
    });
    shareWidth();
}

void DebugTable::shareWidth()
{
    if (m_isWidthChosen || m_shares.empty())
        return;
    const QHeaderView& header = *horizontalHeader();
    int left = viewport()->width();
    int sum = 0;
    for (int i = 0; i < static_cast<int>(m_shares.size()); ++i) {
        const int share = m_shares[static_cast<std::size_t>(i)];
        left -= share == 0 ? header.sectionSize(i) : 0;
        sum += isColumnHidden(i) ? 0 : share;
    }
    m_isSharing = true;
    for (int i = 0; i < static_cast<int>(m_shares.size()); ++i) {
        const int share = m_shares[static_cast<std::size_t>(i)];
        if (share > 0 && !isColumnHidden(i))
            horizontalHeader()->resizeSection(i, std::max(40, left * share / sum));
    }
    m_isSharing = false;
}

void DebugTable::resizeEvent(QResizeEvent* event)
{
    RunTable::resizeEvent(event);
    shareWidth();
}

std::vector<std::uint32_t> DebugTable::selectedIds() const
{
    std::vector<std::uint32_t> ids;
    if (selectionModel() == nullptr)
        return ids;
    QModelIndexList rows = selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    for (const QModelIndex& row : std::as_const(rows))
        ids.push_back(row.data(IdRole).toUInt());
    return ids;
}

std::uint32_t DebugTable::currentId() const
{
    return currentIndex().data(IdRole).toUInt();
}

void DebugTable::keyPressEvent(QKeyEvent* event)
{
    const bool isUp = event->key() == Qt::Key_Up;
    if (event->modifiers() == Qt::AltModifier && (isUp || event->key() == Qt::Key_Down)) {
        emit moved(isUp ? -1 : 1);
        return;
    }
    const bool isPlain = !(event->modifiers() & ~Qt::KeypadModifier);
    if (state() == EditingState || !isPlain || !currentIndex().isValid())
        return RunTable::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Space:
        emit switched();
        return;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        emit removed();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_F2:
        emit edited();
        return;
    default:
        RunTable::keyPressEvent(event);
    }
}

void DebugTable::mousePressEvent(QMouseEvent* event)
{
    RunTable::mousePressEvent(event);
    const QModelIndex index = indexAt(event->pos());
    if (index.isValid() && index.column() == m_markColumn && event->button() == Qt::LeftButton
        && event->modifiers() == Qt::NoModifier)
        emit switched();
}

void DebugTable::contextMenuEvent(QContextMenuEvent* event)
{
    if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid())
        emit menuRequested(viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft()));
    else
        emit menuRequested(event->globalPos());
}

DebugDelegate::DebugDelegate(Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

QSize DebugDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const bool isCode = index.data(CodeRole).toBool();
    const QFontMetrics metrics(isCode ? m_theme.codeFont() : m_theme.smallFont());
    return {metrics.horizontalAdvance(index.data().toString()) + 2 * metrics::kMargin,
            metrics::kRowHeight};
}

void DebugDelegate::paint(QPainter* painter,
                          const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected)) {
        const bool hasFocus = hasKeyboard(option);
        paintSelected(*painter, option, m_theme);
        if (hasFocus && option.state.testFlag(QStyle::State_HasFocus))
            painter->fillRect(
                QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                m_theme.color(ColorRole::Focus));
    }
    if (const QVariant mark = index.data(MarkRole); mark.isValid())
        paintBreakpointMark(*painter,
                            QRectF(option.rect).center(),
                            4.5,
                            static_cast<BreakpointMark>(mark.toInt()),
                            m_theme);
    else
        paintTexts(*painter, option.rect.adjusted(6, 0, -4, 0), index);
    painter->restore();
}

void DebugDelegate::paintTexts(QPainter& painter, QRect rect, const QModelIndex& index) const
{
    const bool isCode = index.data(CodeRole).toBool();
    const bool isLink = index.data(SpanRole).isValid();
    const ColorRole role = index.data(FaintRole).toBool() ? ColorRole::TextFaint
        : index.data(ChangedRole).toBool()                ? ColorRole::Paused
        : isLink                                          ? ColorRole::Link
                                                          : ColorRole::Text;
    const auto draw = [&](const QString& text, ColorRole color) {
        if (text.isEmpty() || rect.width() < metrics::kMargin)
            return;
        const QString shown = painter.fontMetrics().elidedText(text, Qt::ElideRight, rect.width());
        painter.setPen(m_theme.color(color));
        painter.drawText(rect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, shown);
        rect.setLeft(rect.left() + painter.fontMetrics().horizontalAdvance(shown)
                     + 2 * metrics::kSpacing);
    };
    const QString problem = index.data(ProblemRole).toString();
    painter.setFont(isCode ? m_theme.codeFont() : m_theme.smallFont());
    draw(index.data().toString(), problem.isEmpty() ? role : ColorRole::Error);
    painter.setFont(m_theme.smallFont());
    draw(problem, ColorRole::Error);
}

} // namespace gui
