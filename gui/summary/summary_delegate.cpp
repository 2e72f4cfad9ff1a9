#include "gui/summary/summary_delegate.h"

#include "gui/summary/summary_model.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>

#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kPadding = 6;
    constexpr int kBarHeight = 8;

    SummaryField fieldOf(const QModelIndex& index)
    {
        return static_cast<SummaryField>(index.data(SummaryModel::FieldRole).toInt());
    }

    const SummaryModel& modelOf(const QModelIndex& index)
    {
        return *static_cast<const SummaryModel*>(index.model());
    }

    /// What is there at all is seen.
    int scaled(double share, int width)
    {
        return share <= 0 ? 0 : std::max(1, static_cast<int>(std::lround(share * width)));
    }

    QRect barIn(const QRect& room, int left, int width)
    {
        return {room.left() + left, room.center().y() - kBarHeight / 2 + 1, width, kBarHeight};
    }

} // namespace

QColor bucketColor(const Theme& theme, TokenBucket bucket)
{
    switch (bucket) {
    case TokenBucket::CacheRead:
        return theme.color(ColorRole::Retrieval);
    case TokenBucket::Input:
        return theme.color(ColorRole::Agent);
    case TokenBucket::CacheWrite:
        return theme.color(ColorRole::User);
    case TokenBucket::Output:
        return theme.color(ColorRole::Model);
    }
    return {};
}

SummaryDelegate::SummaryDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

QSize SummaryDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {60, metrics::kRowHeight};
}

int SummaryDelegate::barWidth(int field)
{
    switch (static_cast<SummaryField>(field)) {
    case SummaryField::ModelCalls:
    case SummaryField::ToolCalls:
    case SummaryField::Cost:
        return 36;
    case SummaryField::Tokens:
        return 72;
    case SummaryField::Latency:
        return 110;
    default:
        return 0;
    }
}

void SummaryDelegate::paint(QPainter* painter,
                            const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    painter->save();
    painter->setFont(m_theme.smallFont());
    paintBackground(*painter, option);
    const QRect inside = option.rect.adjusted(kPadding, 0, -kPadding, 0);
    const SummaryField field = fieldOf(index);
    if (field == SummaryField::Latency)
        paintLatency(*painter, inside, index);
    else if (field == SummaryField::Tokens)
        paintTokens(*painter, inside, index);
    else if (barWidth(static_cast<int>(field)) > 0)
        paintBar(*painter, inside, index);
    if (field != SummaryField::Latency)
        paintFigure(*painter, inside, index);
    painter->restore();
}

void SummaryDelegate::paintBackground(QPainter& painter, const QStyleOptionViewItem& option) const
{
    const bool hasFocus = hasKeyboard(option);
    if (option.state.testFlag(QStyle::State_Selected)) {
        paintSelected(painter, option, m_theme);
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        painter.fillRect(option.rect, m_theme.color(ColorRole::Hover));
    }
    // A row is selected, but the cell says which of its steps.
    if (hasFocus && option.state.testFlag(QStyle::State_HasFocus)) {
        painter.setPen(m_theme.color(ColorRole::Focus));
        painter.drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
}

void SummaryDelegate::paintBar(QPainter& painter, const QRect& room, const QModelIndex& index) const
{
    const SummaryField field = fieldOf(index);
    const int width
        = scaled(index.data(SummaryModel::ShareRole).toDouble(), barWidth(static_cast<int>(field)));
    const ColorRole role = field == SummaryField::ToolCalls ? ColorRole::Tool
        : field == SummaryField::ModelCalls                 ? ColorRole::Model
                                                            : ColorRole::Accent;
    painter.fillRect(barIn(room, 0, width), m_theme.color(role));
}

void SummaryDelegate::paintTokens(QPainter& painter,
                                  const QRect& room,
                                  const QModelIndex& index) const
{
    const SummaryModel& model = modelOf(index);
    const auto& tokens = model.at(index.row()).totals.tokens;
    const int all = scaled(index.data(SummaryModel::ShareRole).toDouble(),
                           barWidth(static_cast<int>(SummaryField::Tokens)));
    const auto buckets = bucketsOf(tokens);
    double sum = 0;
    for (const BucketCount& part : buckets)
        sum += static_cast<double>(part.tokens);
    if (sum <= 0) {
        painter.fillRect(barIn(room, 0, all), m_theme.color(ColorRole::TextFaint));
        return;
    }
    double done = 0;
    for (const BucketCount& part : buckets) {
        const int from = static_cast<int>(std::lround(done / sum * all));
        done += static_cast<double>(part.tokens);
        const int to = static_cast<int>(std::lround(done / sum * all));
        painter.fillRect(barIn(room, from, std::max(0, to - from)),
                         bucketColor(m_theme, part.bucket));
    }
}

/// A bar to p50, a thinner one to p90, a line to p99, all of a column on one scale.
void SummaryDelegate::paintLatency(QPainter& painter,
                                   const QRect& room,
                                   const QModelIndex& index) const
{
    const SummaryModel& model = modelOf(index);
    const auto& latency = model.at(index.row()).latency;
    const double most = model.largest(index.column());
    if (!latency || most <= 0) {
        painter.setPen(m_theme.color(ColorRole::TextFaint));
        painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, u"–"_s);
        return;
    }
    const auto x = [&](tracestore::Duration at) {
        return scaled(static_cast<double>(at.ns) / most, room.width());
    };
    const int y = room.center().y() + 1;
    const QColor color = m_theme.color(
        model.grouping() == tracestore::Grouping::Tool ? ColorRole::Tool : ColorRole::Model);
    QColor weak = color;
    weak.setAlphaF(0.45F);
    painter.fillRect(QRect(room.left(), y, x(latency->p99), 1), color);
    painter.fillRect(QRect(room.left() + x(latency->p99) - 1, y - 3, 1, 7), color);
    painter.fillRect(QRect(room.left(), y - 2, x(latency->p90), 5), weak);
    painter.fillRect(QRect(room.left(), y - 4, x(latency->p50), 9), color);
}

void SummaryDelegate::paintFigure(QPainter& painter,
                                  const QRect& room,
                                  const QModelIndex& index) const
{
    const SummaryField field = fieldOf(index);
    const QString text = index.data().toString();
    const bool isUnknown = text.isEmpty();
    const bool isNothing = text == "0"_L1;
    const ColorRole role = isUnknown || isNothing ? ColorRole::TextFaint
        : field == SummaryField::Errors           ? ColorRole::Error
        : field == SummaryField::Retries          ? ColorRole::Warning
        : field == SummaryField::Name             ? ColorRole::Text
                                                  : ColorRole::TextDim;
    painter.setPen(m_theme.color(role));
    painter.drawText(
        room,
        index.data(Qt::TextAlignmentRole).toInt() | Qt::TextSingleLine,
        isUnknown ? u"–"_s : painter.fontMetrics().elidedText(text, Qt::ElideRight, room.width()));
}

} // namespace gui
