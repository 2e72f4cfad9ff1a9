#include "gui/steps/step_delegate.h"

#include "gui/context/session_context.h"
#include "gui/context/stop_order.h"
#include "gui/models/step_change.h"
#include "gui/models/step_previews.h"
#include "gui/models/step_tree_model.h"
#include "gui/steps/step_row.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;
using tracestore::SpanStatus;

namespace {

    QColor stopBackground(const Theme& theme)
    {
        QColor color = theme.color(ColorRole::Paused);
        color.setAlpha(60);
        return color;
    }

} // namespace

StepDelegate::StepDelegate(SessionContext& context, const StepPreviews& previews, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_context(context)
    , m_previews(previews)
{ }

QSize StepDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {80, metrics::kRowHeight};
}

void StepDelegate::paint(QPainter* painter,
                         const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    painter->save();
    painter->setFont(m_context.theme().smallFont());
    paintBackground(*painter, option, index);
    if (index.column() == StepTreeModel::StepColumn) {
        paintStep(*painter, option, index);
    } else {
        painter->setPen(m_context.theme().color(ColorRole::TextDim));
        painter->drawText(option.rect.adjusted(0, 0, -steprow::kPadding, 0),
                          Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
                          index.data().toString());
    }
    painter->restore();
}

void StepDelegate::paintBackground(QPainter& painter,
                                   const QStyleOptionViewItem& option,
                                   const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const bool hasFocus = hasKeyboard(option);
    SpanId span;
    span.value = index.data(StepTreeModel::SpanRole).toUInt();
    const bool isHit = m_context.hits().contains(span);
    if (isHit && !isSelected)
        painter.fillRect(option.rect, theme.color(ColorRole::HitBackground));
    if (m_context.origins().isFound(span) && !isSelected)
        painter.fillRect(option.rect, theme.color(ColorRole::OriginBackground));
    const bool isStop = m_context.stop().isStop(span);
    if (isStop && !isSelected)
        painter.fillRect(option.rect, stopBackground(theme));
    if (isSelected) {
        paintSelected(painter, option, theme);
        if (hasFocus && index.column() == StepTreeModel::StepColumn)
            painter.fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()),
                             theme.color(ColorRole::Focus));
    } else if (span.isValid() && span == m_context.hovered()) {
        painter.fillRect(option.rect, theme.color(ColorRole::Hover));
    }
    if (isHit && index.column() == StepTreeModel::StepColumn)
        painter.fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()),
                         theme.color(ColorRole::Hit));
    if (isStop && isSelected)
        paintStopFrame(painter, option, index);
}

/// The stop stays in sight below the selection, which is there more often than not.
void StepDelegate::paintStopFrame(QPainter& painter,
                                  const QStyleOptionViewItem& option,
                                  const QModelIndex& index) const
{
    const QColor line = m_context.theme().color(ColorRole::Paused);
    painter.fillRect(option.rect, stopBackground(m_context.theme()));
    painter.fillRect(QRect(option.rect.left(), option.rect.top(), option.rect.width(), 1), line);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), line);
    if (index.column() == StepTreeModel::StepColumn)
        painter.fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()),
                         line);
}

void StepDelegate::paintStep(QPainter& painter,
                             const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    const auto* model = static_cast<const StepTreeModel*>(index.model());
    const int depth = index.data(StepTreeModel::DepthRole).toInt();
    painter.setClipRect(option.rect);
    steprow::paintGuides(painter, theme, option.rect, depth);
    const QRect expander = steprow::expanderRect(option.rect, depth);
    const auto centred = [&](int left, int size) {
        return QRect(left, option.rect.center().y() - size / 2 + 1, size, size);
    };
    if (model->hasBelow(index.row()))
        steprow::paintExpander(painter, theme, expander, model->isOpen(index.row()));
    const QRect icon = centred(expander.right() + 1, metrics::kIconSize);
    theme.kindIcon(model->kindAt(index.row())).paint(&painter, icon);
    QRect texts = option.rect;
    texts.setLeft(icon.right() + steprow::kPadding);
    if (depth > steprow::levelsIn(option.rect))
        steprow::drawPiece(
            painter, texts, QString::number(depth), theme.color(ColorRole::TextFaint));
    paintTexts(painter, texts, index);
}

/// What was found at a step stands below what is known of it.
bool StepDelegate::helpEvent(QHelpEvent* event,
                             QAbstractItemView* view,
                             const QStyleOptionViewItem& option,
                             const QModelIndex& index)
{
    SpanId span;
    span.value = index.data(StepTreeModel::SpanRole).toUInt();
    const QString found = m_context.findings().cardText(span);
    if (event->type() != QEvent::ToolTip || found.isEmpty())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    const QString text = index.data(StepTreeModel::ToolTipTextRole).toString() + u"\n\n"_s + found;
    QToolTip::showText(event->globalPos(),
                       u"<p style='white-space:pre-wrap'>"_s + text.toHtmlEscaped() + u"</p>"_s,
                       view);
    return true;
}

void StepDelegate::paintMark(QPainter& painter,
                             QRect& rect,
                             const QString& icon,
                             ColorRole role) const
{
    const QRect place(rect.left(), rect.center().y() - 5, 12, 12);
    m_context.theme().icon(icon, role).paint(&painter, place);
    rect.setLeft(place.right() + metrics::kSpacing);
}

/// At the right end of the column, so that it is in sight however long the name is.
void StepDelegate::paintErrorsBelow(QPainter& painter, QRect& rect, int errors) const
{
    const QString text = QString::number(errors);
    const int width = painter.fontMetrics().horizontalAdvance(text) + 16 + metrics::kSpacing;
    QRect place = rect;
    place.setLeft(std::max(rect.left(), rect.right() - width));
    rect.setRight(place.left() - metrics::kSpacing);
    paintMark(painter, place, u"status-error"_s, ColorRole::Error);
    painter.setPen(m_context.theme().color(ColorRole::Error));
    painter.drawText(place, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, text);
}

void StepDelegate::paintTexts(QPainter& painter, QRect rect, const QModelIndex& index) const
{
    const Theme& theme = m_context.theme();
    SpanId span;
    span.value = index.data(StepTreeModel::SpanRole).toUInt();
    if (!span.isValid()) {
        QFont bold = painter.font();
        bold.setWeight(QFont::DemiBold);
        painter.setFont(bold);
    }
    const auto status = span.isValid() ? m_context.trace()->status(span) : SpanStatus::Unknown;
    const bool isError = status == SpanStatus::Error;
    const bool isStop = m_context.stop().isStop(span);
    const bool isHeld = isStop || m_context.stop().holds(span);
    const bool isRunning = status == SpanStatus::Pending && m_context.now() && !isHeld;
    const bool isUnfinished = status == SpanStatus::Pending || status == SpanStatus::Cancelled;
    if (const int errors = index.data(StepTreeModel::ErrorsBelowRole).toInt(); errors > 0)
        paintErrorsBelow(painter, rect, errors);
    const StepChange change = span.isValid() ? changeOf(*m_context.trace(), span) : StepChange();
    if (const ChangeMark mark = changeMark(change); !mark.icon.isEmpty())
        paintMark(painter, rect, mark.icon, mark.role);
    if (m_context.annotations().bookmarks().contains(span))
        paintMark(painter, rect, u"pin"_s, ColorRole::Accent);
    if (m_context.annotations().noted().contains(span))
        paintMark(painter, rect, u"note"_s, ColorRole::Accent);
    if (const FindingMarks::Mark* found = m_context.findings().at(span))
        paintMark(painter, rect, FindingMarks::icon(), found->role);
    if (m_context.origins().isFound(span))
        paintMark(painter, rect, u"origin"_s, ColorRole::Origin);
    if (isStop)
        paintMark(painter,
                  rect,
                  m_context.stop().isAfter ? u"stopped-after"_s : u"stopped-here"_s,
                  ColorRole::Paused);
    else if (isHeld)
        paintMark(painter, rect, u"pause"_s, ColorRole::Paused);
    else if (isError)
        paintMark(painter, rect, u"status-error"_s, ColorRole::Error);
    else if (isUnfinished)
        paintMark(painter,
                  rect,
                  status == SpanStatus::Pending ? u"status-pending"_s : u"status-cancelled"_s,
                  isRunning ? ColorRole::Accent : ColorRole::TextDim);
    const ColorRole nameRole = isAhead(m_context, span) ? ColorRole::TextFaint
        : isError                                       ? ColorRole::Error
        : isStop                                        ? ColorRole::Text
        : isUnfinished && !isRunning                    ? ColorRole::TextDim
                                                        : ColorRole::Text;
    const bool isModelCall
        = span.isValid() && m_context.trace()->kind(span) == tracestore::SpanKind::Llm;
    const QString name = index.data().toString();
    steprow::drawPiece(
        painter, rect, isModelCall ? steprow::withoutDate(name) : name, theme.color(nameRole));
    QString said = isStop ? tr("paused")
        : isHeld          ? tr("held")
                          : index.data(StepTreeModel::StatusRole).toString();
    if (m_context.stop().isEdited(span))
        said += u", "_s + tr("edited");
    // The row that says so itself needs no words more.
    else if (change.isAny() && m_context.trace()->kind(span) != tracestore::SpanKind::Event)
        said += (said.isEmpty() ? QString() : u", "_s) + changeWords(change);
    steprow::drawPiece(painter,
                       rect,
                       said,
                       theme.color(isHeld          ? ColorRole::Paused
                                       : isError   ? ColorRole::Error
                                       : isRunning ? ColorRole::Accent
                                                   : ColorRole::TextDim));
    steprow::drawPiece(painter,
                       rect,
                       index.data(StepTreeModel::ModelNameRole).toString(),
                       theme.color(ColorRole::TextFaint));
    if (span.isValid())
        steprow::drawPiece(painter, rect, m_previews.of(span), theme.color(ColorRole::TextDim));
}

} // namespace gui
