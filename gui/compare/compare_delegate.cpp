#include "gui/compare/compare_delegate.h"

#include "gui/compare/compare_model.h"
#include "gui/compare/compare_words.h"
#include "gui/context/session_context.h"
#include "gui/models/step_previews.h"
#include "gui/steps/step_row.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::PairState;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::StepPair;

namespace {

    constexpr int kSign = 18; ///< the plate in the middle of a connector
    constexpr int kLeastForFigure = 130; ///< names come first

    bool isSignShown(const StepPair& pair)
    {
        return pair.state != PairState::Equal;
    }

} // namespace

CompareRowPlaces::CompareRowPlaces(const QRect& row)
{
    const int half = std::max(0, row.width() - kLink) / 2;
    cells.a = QRect(row.left(), row.top(), half, row.height());
    link = QRect(row.left() + half, row.top(), row.width() - 2 * half, row.height());
    cells.b = QRect(link.right() + 1, row.top(), half, row.height());
}

std::optional<CompareSide> CompareRowPlaces::sideAt(QPoint position) const
{
    for (const CompareSide side : kBothSides) {
        if (cells[side].contains(position))
            return side;
    }
    return {};
}

CompareDelegate::CompareDelegate(CompareContext& context,
                                 const CompareModel& model,
                                 const OfBoth<StepPreviews*>& previews,
                                 QObject* parent)
    : QStyledItemDelegate(parent)
    , m_context(context)
    , m_model(model)
    , m_previews(previews)
{ }

QSize CompareDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {80, metrics::kRowHeight};
}

void CompareDelegate::paint(QPainter* painter,
                            const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    const CompareRow& row = m_model.at(index.row());
    painter->save();
    painter->setFont(m_context.theme().smallFont());
    paintBackground(*painter, option, row);
    if (row.isFold) {
        paintFold(*painter, option.rect, row);
    } else {
        const CompareRowPlaces places(option.rect);
        for (const CompareSide side : kBothSides)
            paintStep(*painter, places.cells[side], row, side);
        paintConnector(*painter, places, row.first);
    }
    painter->restore();
}

void CompareDelegate::paintBackground(QPainter& painter,
                                      const QStyleOptionViewItem& option,
                                      const CompareRow& row) const
{
    const Theme& theme = m_context.theme();
    const bool hasFocus = hasKeyboard(option);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    if (isSelected)
        paintSelected(painter, option, theme);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter.fillRect(option.rect, theme.color(ColorRole::Hover));
    const PairState state = m_context.pairs()[row.first].state;
    if (!row.isFold && state != PairState::Equal) {
        const CompareRowPlaces places(option.rect);
        for (const CompareSide side : kBothSides) {
            if (m_context.spanOf(row.first, side).isValid())
                paintTint(painter, places.cells[side], stateRole(state));
        }
    }
    if (isSelected && hasFocus)
        painter.fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()),
                         theme.color(ColorRole::Focus));
}

void CompareDelegate::paintTint(QPainter& painter, const QRect& cell, ColorRole role) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tint(m_context.theme(), role));
    painter.drawRoundedRect(QRectF(cell).adjusted(4, 1, -2, -1), 3, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void CompareDelegate::paintFold(QPainter& painter, const QRect& rect, const CompareRow& row) const
{
    const Theme& theme = m_context.theme();
    const QString text = equalSteps(row.count);
    const int half = painter.fontMetrics().horizontalAdvance(text) / 2 + metrics::kMargin + 14;
    const QPoint centre = rect.center();
    steprow::paintExpander(
        painter, theme, QRect(centre.x() - half, rect.top(), 16, rect.height()), false);
    painter.setPen(theme.color(ColorRole::TextDim));
    painter.drawText(rect, Qt::AlignCenter | Qt::TextSingleLine, text);
    painter.setPen(QPen(theme.color(ColorRole::Hairline), 1, Qt::DashLine));
    painter.drawLine(rect.left() + 2 * metrics::kMargin,
                     centre.y() + 1,
                     centre.x() - half - metrics::kSpacing,
                     centre.y() + 1);
    painter.drawLine(
        centre.x() + half, centre.y() + 1, rect.right() - 2 * metrics::kMargin, centre.y() + 1);
}

void CompareDelegate::paintStep(QPainter& painter,
                                const QRect& cell,
                                const CompareRow& row,
                                CompareSide side) const
{
    const Theme& theme = m_context.theme();
    const auto depth = static_cast<int>(m_context.pairs()[row.first].depth);
    painter.save();
    painter.setClipRect(cell, Qt::IntersectClip);
    steprow::paintGuides(painter, theme, cell, depth);
    const SpanId span = m_context.spanOf(row.first, side);
    if (!span.isValid()) {
        painter.restore();
        return;
    }
    const QRect expander = steprow::expanderRect(cell, depth);
    if (m_model.rows().hasBelow(row.first))
        steprow::paintExpander(painter, theme, expander, m_model.rows().isOpen(row.first));
    const QRect icon(expander.right() + 1,
                     cell.center().y() - metrics::kIconSize / 2 + 1,
                     metrics::kIconSize,
                     metrics::kIconSize);
    theme.kindIcon(m_context.trace(side).kind(span)).paint(&painter, icon);
    QRect texts = cell;
    texts.setLeft(icon.right() + steprow::kPadding);
    if (depth > steprow::levelsIn(cell))
        steprow::drawPiece(
            painter, texts, QString::number(depth), theme.color(ColorRole::TextFaint));
    paintTexts(painter, texts.adjusted(0, 0, -steprow::kPadding, 0), row.first, side);
    painter.restore();
}

/// Gives the room that it took.
int CompareDelegate::paintFigure(QPainter& painter,
                                 const QRect& rect,
                                 const QString& text,
                                 ColorRole role) const
{
    const int width = painter.fontMetrics().horizontalAdvance(text);
    if (text.isEmpty() || rect.width() - width < kLeastForFigure)
        return 0;
    painter.setPen(m_context.theme().color(role));
    painter.drawText(rect, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, text);
    return width + metrics::kMargin;
}

/// The name first, what was done dim behind it; at the right end how long it took, and on B what
/// is changed.
void CompareDelegate::paintTexts(QPainter& painter,
                                 QRect rect,
                                 std::size_t pair,
                                 CompareSide side) const
{
    const Theme& theme = m_context.theme();
    const tracestore::Trace& trace = m_context.trace(side);
    const SpanId span = m_context.spanOf(pair, side);
    const StepPair& shown = m_context.pairs()[pair];
    const auto duration = trace.duration(span);
    if (duration && duration->ns > 0)
        rect.setRight(
            rect.right()
            - paintFigure(painter, rect, formatDuration(*duration), ColorRole::TextFaint));
    if (side == CompareSide::B && shown.state == PairState::Changed)
        rect.setRight(rect.right()
                      - paintFigure(painter,
                                    rect,
                                    changeWords(shown.changes, trace.kind(span)),
                                    stateRole(shown.state)));
    if (side == CompareSide::B || !shown.b.isValid())
        rect.setRight(rect.right()
                      - paintFigure(painter, rect, placeWords(shown), stateRole(shown.state)));
    if (!m_model.rows().isOpen(pair) && side == CompareSide::B) {
        const auto below = static_cast<std::int64_t>(m_model.rows().differencesBelow(pair));
        const QString text
            = below == 0 ? QString() : CompareModel::tr("%1 below").arg(formatCount(below));
        rect.setRight(rect.right() - paintFigure(painter, rect, text, ColorRole::Changed));
    }
    const bool isError = trace.status(span) == SpanStatus::Error;
    if (isError) {
        const QRect place(rect.left(), rect.center().y() - 5, 12, 12);
        theme.icon(u"status-error"_s, ColorRole::Error).paint(&painter, place);
        rect.setLeft(place.right() + metrics::kSpacing);
    }
    QString name = singleLine(trace.name(span));
    if (name.isEmpty())
        name = kindName(trace.kind(span));
    const bool isModel = trace.kind(span) == SpanKind::Llm;
    steprow::drawPiece(painter,
                       rect,
                       isModel ? steprow::withoutDate(name) : name,
                       theme.color(isError ? ColorRole::Error : ColorRole::Text));
    const StepPreviews* previews = m_previews[m_context.isSwapped() ? otherSide(side) : side];
    steprow::drawPiece(painter, rect, previews->of(span), theme.color(ColorRole::TextDim));
}

/// A line from side to side; what stands on one side only has half of it. Beside what is made good
/// again it is dashed, at the divergence it is thick.
void CompareDelegate::paintConnector(QPainter& painter,
                                     const CompareRowPlaces& places,
                                     std::size_t index) const
{
    const Theme& theme = m_context.theme();
    const StepPair& pair = m_context.pairs()[index];
    const QColor color = theme.color(stateRole(pair.state));
    const bool isDivergence = m_context.alignment().firstDivergence == index;
    const QRect& link = places.link;
    const int y = link.center().y() + 1;
    const int middle = link.center().x();
    QColor line = color;
    if (pair.state == PairState::Equal)
        line.setAlphaF(0.35F);
    painter.setPen(
        QPen(line,
             isDivergence                         ? 3.0
                 : pair.state == PairState::Equal ? 1.0
                                                  : 1.6,
             pair.isMadeGood && pair.state != PairState::Equal ? Qt::DashLine : Qt::SolidLine));
    const bool hasA = pair.a.isValid();
    const bool hasB = pair.b.isValid();
    painter.drawLine(hasA ? link.left() : middle, y, hasB ? link.right() : middle, y);
    if (!isSignShown(pair))
        return;
    const QRectF plate(middle - kSign / 2.0, y - kSign / 2.0 + 0.5, kSign, kSign);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, isDivergence ? 2.0 : 1.0));
    painter.setBrush(theme.color(ColorRole::Panel));
    painter.drawEllipse(plate.adjusted(1, 1, -1, -1));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(color);
    painter.drawText(plate, Qt::AlignCenter | Qt::TextSingleLine, stateSign(pair.state));
}

} // namespace gui
