#include "gui/origins/origins_delegate.h"

#include "gui/context/session_context.h"
#include "gui/origins/origins_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

namespace {

    constexpr int kLineHeight = 18;
    constexpr int kPadding = 3;
    constexpr int kIndent = 2 * metrics::kMargin + metrics::kIconSize;
    constexpr int kFlags = Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine;

    bool isPiece(const QModelIndex& index)
    {
        return index.data(OriginsModel::IsPieceRole).toBool();
    }

    int linesOf(const QModelIndex& index)
    {
        if (!isPiece(index))
            return 3;
        return index.data(OriginsModel::NoteRole).toString().isEmpty() ? 1 : 2;
    }

    /// Draws a text at the left of a line, which is what is left behind it.
    void drawPiece(QPainter& painter, QRect& line, const QString& text, const QColor& color)
    {
        if (text.isEmpty() || line.width() < 2 * metrics::kMargin)
            return;
        const QString shown = painter.fontMetrics().elidedText(text, Qt::ElideRight, line.width());
        painter.setPen(color);
        painter.drawText(line, kFlags, shown);
        line.setLeft(line.left() + painter.fontMetrics().horizontalAdvance(shown)
                     + metrics::kMargin);
    }

} // namespace

OriginsDelegate::OriginsDelegate(SessionContext& context, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_context(context)
{ }

QSize OriginsDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    return {80, linesOf(index) * kLineHeight + 2 * kPadding};
}

void OriginsDelegate::paint(QPainter* painter,
                            const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    painter->save();
    painter->setClipRect(option.rect);
    painter->setFont(theme.smallFont());
    const bool hasFocus = hasKeyboard(option);
    SpanId span;
    span.value = index.data(OriginsModel::SpanRole).toUInt();
    if (option.state.testFlag(QStyle::State_Selected)) {
        paintSelected(*painter, option, theme);
        if (hasFocus)
            painter->fillRect(QRect(option.rect.topLeft(), QSize(2, option.rect.height())),
                              theme.color(ColorRole::Focus));
    } else if (span.isValid() && span == m_context.hovered()) {
        painter->fillRect(option.rect, theme.color(ColorRole::Hover));
    }
    const QRect rows = option.rect.adjusted(0, kPadding, -metrics::kSpacing, -kPadding);
    const auto line = [&](int number) {
        return QRect(rows.left(), rows.top() + number * kLineHeight, rows.width(), kLineHeight);
    };
    if (isPiece(index)) {
        paintPiece(*painter, rows, index);
    } else {
        paintStep(*painter, line(0), index);
        paintExcerpt(*painter, line(1).adjusted(kIndent, 0, 0, 0), index);
        paintCertainty(*painter, line(2).adjusted(kIndent, 0, 0, 0), index);
    }
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      theme.color(ColorRole::Hairline));
    painter->restore();
}

void OriginsDelegate::paintPiece(QPainter& painter,
                                 const QRect& rect,
                                 const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    QRect line(rect.left() + metrics::kMargin, rect.top(), rect.width(), kLineHeight);
    line.setRight(rect.right());
    QFont bold = theme.smallFont();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    QRect first = line;
    drawPiece(painter, first, index.data().toString(), theme.color(ColorRole::Text));
    painter.setFont(theme.smallFont());
    line.translate(0, kLineHeight);
    drawPiece(painter,
              line,
              index.data(OriginsModel::NoteRole).toString(),
              theme.color(ColorRole::TextDim));
}

void OriginsDelegate::paintStep(QPainter& painter, QRect line, const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    SpanId span;
    span.value = index.data(OriginsModel::SpanRole).toUInt();
    const QRect icon(line.left() + metrics::kMargin,
                     line.center().y() - metrics::kIconSize / 2 + 1,
                     metrics::kIconSize,
                     metrics::kIconSize);
    theme.kindIcon(m_context.trace()->kind(span)).paint(&painter, icon);
    line.setLeft(line.left() + kIndent);
    drawPiece(painter, line, index.data().toString(), theme.color(ColorRole::Text));
    drawPiece(painter,
              line,
              index.data(OriginsModel::WhereRole).toString(),
              theme.color(ColorRole::TextDim));
}

/// The stretch stands in sight however long the text before it is.
void OriginsDelegate::paintExcerpt(QPainter& painter,
                                   const QRect& line,
                                   const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    const QFontMetrics metrics = painter.fontMetrics();
    const QString text = index.data(OriginsModel::ExcerptRole).toString();
    const int start = index.data(OriginsModel::MarkStartRole).toInt();
    const int length = index.data(OriginsModel::MarkLengthRole).toInt();
    const QString mark = text.mid(start, length);
    // A pixel more, or rounding cuts its end off.
    const int markWidth = std::min(metrics.horizontalAdvance(mark) + 1, line.width() * 4 / 5);
    const QString before = metrics.elidedText(
        text.left(start), Qt::ElideLeft, std::max(0, (line.width() - markWidth) * 2 / 5));
    painter.setPen(theme.color(ColorRole::TextDim));
    painter.drawText(line, kFlags, before);
    QRect rest = line;
    rest.setLeft(line.left() + metrics.horizontalAdvance(before));
    const QRect marked(rest.left(), line.top() + 1, markWidth, line.height() - 2);
    painter.fillRect(marked, theme.color(ColorRole::OriginBackground));
    // Underlined, so that it stands out without its colour too.
    painter.fillRect(QRect(marked.left(), marked.bottom(), marked.width(), 1),
                     theme.color(ColorRole::Origin));
    painter.setPen(theme.color(ColorRole::Text));
    painter.drawText(marked, kFlags, metrics.elidedText(mark, Qt::ElideRight, markWidth));
    rest.setLeft(marked.right() + 1);
    painter.setPen(theme.color(ColorRole::TextDim));
    painter.drawText(
        rest, kFlags, metrics.elidedText(text.mid(start + length), Qt::ElideRight, rest.width()));
}

void OriginsDelegate::paintCertainty(QPainter& painter, QRect line, const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    constexpr int kBar = 44;
    const double confidence = index.data(OriginsModel::ConfidenceRole).toDouble();
    const QRect bar(line.left(), line.center().y() - 2, kBar, 5);
    painter.fillRect(bar, theme.color(ColorRole::Hairline));
    painter.fillRect(QRect(bar.topLeft(), QSize(qRound(kBar * confidence), bar.height())),
                     theme.color(ColorRole::Origin));
    line.setLeft(bar.right() + metrics::kMargin);
    drawPiece(painter,
              line,
              index.data(OriginsModel::CertaintyRole).toString(),
              theme.color(ColorRole::Text));
    if (index.data(OriginsModel::IsFirstRole).toBool()) {
        QFont bold = theme.smallFont();
        bold.setWeight(QFont::DemiBold);
        painter.setFont(bold);
        drawPiece(painter, line, tr("first"), theme.color(ColorRole::Origin));
        painter.setFont(theme.smallFont());
    }
    drawPiece(painter,
              line,
              index.data(OriginsModel::GiverRole).toString(),
              theme.color(ColorRole::TextDim));
    drawPiece(painter,
              line,
              index.data(OriginsModel::NoteRole).toString(),
              theme.color(ColorRole::TextDim));
}

} // namespace gui
