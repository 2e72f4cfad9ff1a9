#include "gui/sessions/sessions_delegate.h"

#include "gui/context/session_context.h"
#include "gui/sessions/sessions_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanStatus;

namespace {

    constexpr int kPadding = 6;
    constexpr int kMark = 12;

    struct Mark
    {
        QString icon;
        ColorRole role = ColorRole::TextDim;
    };

    Mark markOf(SpanStatus outcome)
    {
        switch (outcome) {
        case SpanStatus::Ok:
            return {u"status-ok"_s, ColorRole::Ok};
        case SpanStatus::Error:
            return {u"status-error"_s, ColorRole::Error};
        case SpanStatus::Cancelled:
            return {u"status-cancelled"_s, ColorRole::TextDim};
        case SpanStatus::Pending:
            return {u"status-pending"_s, ColorRole::TextDim};
        case SpanStatus::Unknown:
            break;
        }
        return {};
    }

    void drawText(QPainter& painter, const QRect& rect, int alignment, const QString& text)
    {
        painter.drawText(rect,
                         alignment | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
    }

} // namespace

SessionsDelegate::SessionsDelegate(SessionContext& context, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_context(context)
{ }

QSize SessionsDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {60, metrics::kRowHeight};
}

void SessionsDelegate::paint(QPainter* painter,
                             const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    using Field = SessionsModel::Field;
    const Theme& theme = m_context.theme();
    painter->save();
    painter->setFont(theme.smallFont());
    paintBackground(*painter, option, index);
    const QRect inside = option.rect.adjusted(kPadding, 0, -kPadding, 0);
    const auto field = static_cast<Field>(index.data(SessionsModel::FieldRole).toInt());
    const QString text = index.data().toString();
    if (field == Field::Outcome) {
        paintOutcome(*painter, inside, index);
    } else if (field == Field::FirstError) {
        paintFirstError(*painter, inside, option, index);
    } else {
        const bool isTitle = field == Field::Title;
        const bool isErrors = field == Field::Errors;
        const bool isNothing = !isTitle && field != Field::Score && text == "0"_L1;
        const ColorRole role = isNothing       ? ColorRole::TextFaint
            : isErrors                         ? ColorRole::Error
            : isTitle || field == Field::Score ? ColorRole::Text
                                               : ColorRole::TextDim;
        painter->setPen(theme.color(role));
        drawText(*painter, inside, index.data(Qt::TextAlignmentRole).toInt(), text);
    }
    painter->restore();
}

void SessionsDelegate::paintBackground(QPainter& painter,
                                       const QStyleOptionViewItem& option,
                                       const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    const bool hasFocus = hasKeyboard(option);
    if (option.state.testFlag(QStyle::State_Selected)) {
        paintSelected(painter, option, theme);
        if (hasFocus && index.column() == 0)
            painter.fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()),
                             theme.color(ColorRole::Focus));
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        painter.fillRect(option.rect, theme.color(ColorRole::Hover));
    }
}

void SessionsDelegate::paintOutcome(QPainter& painter, QRect rect, const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    const auto outcome = static_cast<SpanStatus>(index.data(SessionsModel::OutcomeRole).toInt());
    const Mark mark = markOf(outcome);
    if (mark.icon.isEmpty())
        return;
    theme.icon(mark.icon, mark.role)
        .paint(&painter, QRect(rect.left(), rect.center().y() - kMark / 2 + 1, kMark, kMark));
    rect.setLeft(rect.left() + kMark + metrics::kSpacing);
    painter.setPen(theme.color(outcome == SpanStatus::Error ? ColorRole::Error : ColorRole::Text));
    drawText(painter, rect, Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
}

/// Underlined under the mouse: it leads somewhere.
void SessionsDelegate::paintFirstError(QPainter& painter,
                                       QRect rect,
                                       const QStyleOptionViewItem& option,
                                       const QModelIndex& index) const
{
    const QString text = index.data().toString();
    const Theme& theme = m_context.theme();
    if (text.isEmpty()) {
        const int outcome = index.data(SessionsModel::OutcomeRole).toInt();
        painter.setPen(theme.color(ColorRole::TextFaint));
        if (outcome == static_cast<int>(SpanStatus::Error))
            drawText(painter, rect, Qt::AlignVCenter | Qt::AlignLeft, tr("no step failed"));
        return;
    }
    theme.icon(u"next-error"_s, ColorRole::Error)
        .paint(&painter, QRect(rect.left(), rect.center().y() - 6, 14, 14));
    rect.setLeft(rect.left() + 14 + metrics::kSpacing);
    if (option.state.testFlag(QStyle::State_MouseOver)) {
        QFont font = painter.font();
        font.setUnderline(true);
        painter.setFont(font);
    }
    painter.setPen(theme.color(ColorRole::Error));
    drawText(painter, rect, Qt::AlignVCenter | Qt::AlignLeft, text);
}

} // namespace gui
