#include "gui/experiments/task_matrix.h"

#include "engine/experiment/report_words.h"
#include "gui/experiments/run_square.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/selected_row.h"

#include <QPainter>

namespace gui {

using engine::ReportCell;

namespace {

    constexpr int kMatrixPadding = 8;
    constexpr int kMatrixSquare = 11;
    constexpr int kMatrixGap = 2;
    constexpr int kMostSquares = 10;
    constexpr qsizetype kMostTaskName = 120;

} // namespace

void TaskMatrixModel::setReport(ReportPtr report, std::size_t metric)
{
    const bool isLike = m_report != nullptr && rowCount() > 0 && metric < report->metrics.size()
        && report->tasks == m_report->tasks && report->variants == m_report->variants;
    if (isLike) {
        m_report = std::move(report);
        m_metric = metric;
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_report = std::move(report);
    m_metric = metric;
    endResetModel();
}

int TaskMatrixModel::rowCount(const QModelIndex& parent) const
{
    const bool isEmpty = m_report == nullptr || m_metric >= m_report->metrics.size();
    return parent.isValid() || isEmpty ? 0 : static_cast<int>(m_report->tasks.size());
}

int TaskMatrixModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || m_report == nullptr
        ? 0
        : static_cast<int>(m_report->variants.size()) + 1;
}

std::optional<std::size_t> TaskMatrixModel::variantOf(const QModelIndex& index)
{
    return index.column() > 0 ? std::optional(static_cast<std::size_t>(index.column() - 1))
                              : std::nullopt;
}

QString TaskMatrixModel::textOf(const ReportCell& cell) const
{
    const auto mean = cell.mean(m_metric);
    if (!mean)
        return cell.runs.empty() ? tr("no run") : tr("not known");
    const auto& metric = m_report->metrics[m_metric];
    return toText(metric.isPassFail() ? engine::passedText(cell, m_metric)
                                      : engine::valueText(metric.unit, *mean));
}

QList<int> TaskMatrixModel::runsOf(const ReportCell& cell) const
{
    QList<int> runs;
    if (!m_report->metrics[m_metric].isPassFail())
        return runs;
    for (const engine::ReportRun& run : cell.runs) {
        const auto& value = run.values.at(m_metric);
        runs << (value ? (*value > 0.5 ? 1 : 0) : -1);
    }
    return runs;
}

QVariant TaskMatrixModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto task = static_cast<std::size_t>(index.row());
    const auto variant = variantOf(index);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    if (!variant)
        return role == Qt::DisplayRole ? QVariant(singleLine(m_report->tasks[task], kMostTaskName))
                                       : QVariant();
    const ReportCell& cell = m_report->cell(task, *variant);
    switch (role) {
    case Qt::DisplayRole:
        return textOf(cell);
    case RunsRole:
        return QVariant::fromValue(runsOf(cell));
    case AimRole:
        return static_cast<int>(m_report->metrics[m_metric].aim);
    case Qt::AccessibleTextRole:
        return tr("%1, %2: %3")
            .arg(singleLine(m_report->tasks[task]),
                 singleLine(m_report->variants[*variant]),
                 textOf(cell));
    default:
        return {};
    }
}

QVariant TaskMatrixModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || m_report == nullptr)
        return {};
    return section == 0
        ? tr("Task")
        : singleLine(m_report->variants.at(static_cast<std::size_t>(section - 1)), kMostTaskName);
}

TaskMatrixDelegate::TaskMatrixDelegate(Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

QSize TaskMatrixDelegate::sizeHint(const QStyleOptionViewItem& /*option*/,
                                   const QModelIndex& index) const
{
    const auto runs = index.data(TaskMatrixModel::RunsRole).value<QList<int>>();
    const auto squares = qMin(static_cast<int>(runs.size()), kMostSquares);
    const QFontMetrics metrics(m_theme.smallFont());
    return {metrics.horizontalAdvance(index.data().toString()) + 3 * kMatrixPadding
                + squares * (kMatrixSquare + kMatrixGap),
            metrics::kRowHeight};
}

void TaskMatrixDelegate::paint(QPainter* painter,
                               const QStyleOptionViewItem& option,
                               const QModelIndex& index) const
{
    painter->save();
    paintSelected(*painter, option, m_theme);
    QRect inside = option.rect.adjusted(kMatrixPadding, 0, -kMatrixPadding, 0);
    const auto runs = index.data(TaskMatrixModel::RunsRole).value<QList<int>>();
    // Of more than fit the numbers tell.
    if (!runs.isEmpty() && runs.size() <= kMostSquares) {
        QRectF square(
            inside.left(), inside.center().y() - kMatrixSquare / 2, kMatrixSquare, kMatrixSquare);
        const auto aim
            = static_cast<engine::ScorerAim>(index.data(TaskMatrixModel::AimRole).toInt());
        for (const int run : runs) {
            paintSquare(*painter,
                        square,
                        run > 0       ? SquareKind::Passed
                            : run < 0 ? SquareKind::Unknown
                                      : SquareKind::Failed,
                        aim,
                        m_theme);
            square.translate(kMatrixSquare + kMatrixGap, 0);
        }
        inside.setLeft(qRound(square.left()) + kMatrixPadding / 2);
    }
    painter->setFont(m_theme.smallFont());
    painter->setPen(m_theme.color(index.column() == 0 ? ColorRole::Text : ColorRole::TextDim));
    painter->drawText(
        inside,
        index.data(Qt::TextAlignmentRole).toInt() | Qt::TextSingleLine,
        painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, inside.width()));
    painter->restore();
}

} // namespace gui
