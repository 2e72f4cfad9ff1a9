#include "gui/search/hit_delegate.h"

#include "gui/context/session_context.h"
#include "gui/search/hits_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::SpanStatus;

namespace {

    constexpr int kLineHeight = 19;
    constexpr int kIndent = 2 * metrics::kMargin + metrics::kIconSize;

    SpanId spanOf(const QModelIndex& index)
    {
        SpanId span;
        span.value = index.data(HitsModel::SpanRole).toUInt();
        return span;
    }

} // namespace

HitDelegate::HitDelegate(SessionContext& context, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_context(context)
{ }

QSize HitDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const bool hasSnippet = !index.data(HitsModel::SnippetRole).toString().isEmpty();
    return {80, hasSnippet ? 2 * kLineHeight + metrics::kSpacing : metrics::kRowHeight};
}

void HitDelegate::paint(QPainter* painter,
                        const QStyleOptionViewItem& option,
                        const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    painter->save();
    painter->setClipRect(option.rect);
    painter->setFont(theme.smallFont());
    paintSelected(*painter, option, theme);
    if (!option.state.testFlag(QStyle::State_Selected) && spanOf(index) == m_context.hovered())
        painter->fillRect(option.rect, theme.color(ColorRole::Hover));
    const bool hasSnippet = !index.data(HitsModel::SnippetRole).toString().isEmpty();
    QRect line = option.rect;
    if (hasSnippet)
        line.setHeight(kLineHeight + metrics::kSpacing / 2);
    paintStep(*painter, line, index);
    if (hasSnippet)
        paintSnippet(*painter,
                     QRect(option.rect.left() + kIndent,
                           line.bottom() + 1,
                           option.rect.width() - kIndent - metrics::kSpacing,
                           kLineHeight),
                     index);
    painter->restore();
}

void HitDelegate::paintStep(QPainter& painter, QRect line, const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    const SpanId span = spanOf(index);
    const bool isError = m_context.trace()->status(span) == SpanStatus::Error;
    const QRect icon(line.left() + metrics::kMargin,
                     line.center().y() - metrics::kIconSize / 2 + 1,
                     metrics::kIconSize,
                     metrics::kIconSize);
    theme.kindIcon(m_context.trace()->kind(span)).paint(&painter, icon);
    line.setLeft(line.left() + kIndent);
    line.setRight(line.right() - metrics::kSpacing);
    if (isError) {
        const QRect mark(line.left(), line.center().y() - 5, 12, 12);
        theme.icon(u"status-error"_s, ColorRole::Error).paint(&painter, mark);
        line.setLeft(mark.right() + metrics::kSpacing);
    }
    const QFontMetrics metrics = painter.fontMetrics();
    const QString name = metrics.elidedText(index.data().toString(), Qt::ElideRight, line.width());
    painter.setPen(theme.color(isError ? ColorRole::Error : ColorRole::Text));
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, name);
    line.setLeft(line.left() + metrics.horizontalAdvance(name) + metrics::kMargin);
    if (line.width() < 3 * metrics::kMargin)
        return;
    const QString where = metrics.elidedText(
        index.data(HitsModel::WhereRole).toString(), Qt::ElideRight, line.width());
    painter.setPen(theme.color(ColorRole::TextFaint));
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, where);
}

/// The match stands in sight however long the text before it is.
void HitDelegate::paintSnippet(QPainter& painter, const QRect& line, const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    const QFontMetrics metrics = painter.fontMetrics();
    const QString text = index.data(HitsModel::SnippetRole).toString();
    const auto start = index.data(HitsModel::MatchStartRole).toInt();
    const auto length = index.data(HitsModel::MatchLengthRole).toInt();
    const QString match = text.mid(start, length);
    const int matchWidth = metrics.horizontalAdvance(match);
    const QString before = metrics.elidedText(
        text.left(start), Qt::ElideLeft, std::max(0, (line.width() - matchWidth) * 2 / 5));
    const int beforeWidth = metrics.horizontalAdvance(before);
    constexpr int kFlags = Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine;
    painter.setPen(theme.color(ColorRole::TextDim));
    painter.drawText(line, kFlags, before);
    QRect rest = line;
    rest.setLeft(line.left() + beforeWidth);
    const QRect marked(
        rest.left(), line.top() + 1, std::min(matchWidth, rest.width()), line.height() - 2);
    painter.fillRect(marked, theme.color(ColorRole::HitBackground));
    painter.setPen(theme.color(ColorRole::Text));
    painter.drawText(rest, kFlags, metrics.elidedText(match, Qt::ElideRight, rest.width()));
    rest.setLeft(rest.left() + matchWidth);
    if (rest.width() < metrics::kMargin)
        return;
    painter.setPen(theme.color(ColorRole::TextDim));
    painter.drawText(
        rest, kFlags, metrics.elidedText(text.mid(start + length), Qt::ElideRight, rest.width()));
}

} // namespace gui
