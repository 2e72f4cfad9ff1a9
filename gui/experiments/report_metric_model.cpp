#include "gui/experiments/report_metric_model.h"

#include "engine/experiment/report_words.h"
#include "gui/theme/format.h"

namespace gui {

using engine::ExperimentReport;
using engine::MetricComparison;
using engine::Verdict;

namespace {

    constexpr qsizetype kMostMetricName = 60;

} // namespace

void ReportMetricModel::setReport(ReportPtr report, std::size_t pair)
{
    beginResetModel();
    m_report = std::move(report);
    m_pair = pair;
    m_axis = engine::axisOf(*m_report);
    endResetModel();
}

int ReportMetricModel::rowCount(const QModelIndex& parent) const
{
    const bool hasPair = m_report != nullptr && m_pair < m_report->pairs.size();
    return parent.isValid() || !hasPair ? 0 : static_cast<int>(m_report->metrics.size());
}

int ReportMetricModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ReportMetricModel::meanOf(std::size_t metric, std::size_t variant) const
{
    const auto& mean = m_report->summary(metric, variant).mean;
    return mean ? toText(engine::valueText(m_report->metrics[metric].unit, *mean))
                : tr("not recorded");
}

QString ReportMetricModel::changeOf(const MetricComparison& comparison) const
{
    const auto unit = m_report->metrics[comparison.metric].unit;
    const engine::PairedDifference& difference = comparison.difference;
    const QString change = toText(engine::changeText(unit, difference.difference));
    const QString share = toText(engine::relativeText(unit, difference.difference, difference.a));
    return share.isEmpty() ? change : tr("%1 (%2)").arg(change, share);
}

QString ReportMetricModel::textOf(const MetricComparison& comparison, int column) const
{
    const auto& metric = m_report->metrics[comparison.metric];
    const auto [base, variant] = m_report->pairs[m_pair];
    const bool isKnown = comparison.verdict != Verdict::Unknown;
    switch (column) {
    case MetricColumn:
        return singleLine(metric.label, kMostMetricName);
    case BaseColumn:
        return meanOf(comparison.metric, base);
    case VariantColumn:
        return meanOf(comparison.metric, variant);
    case DifferenceColumn:
        return isKnown ? changeOf(comparison) : QString();
    case IntervalColumn:
        return comparison.difference.interval
            ? toText(engine::changeIntervalText(metric.unit, *comparison.difference.interval))
            : QString();
    case VerdictColumn:
        return toText(engine::shortVerdict(*m_report, comparison));
    default:
        return {};
    }
}

QVariant ReportMetricModel::placeOf(const MetricComparison& comparison, int role) const
{
    const auto& interval = comparison.difference.interval;
    const auto onAxis
        = [&](double difference) { return engine::onAxis(*m_report, comparison, difference); };
    if (comparison.verdict == Verdict::Unknown || !onAxis(0))
        return {};
    switch (role) {
    case LowRole:
        return interval ? QVariant(m_axis.place(*onAxis(interval->low))) : QVariant();
    case HighRole:
        return interval ? QVariant(m_axis.place(*onAxis(interval->high))) : QVariant();
    case IsBeyondRole:
        return interval
            && (*onAxis(interval->low) < -m_axis.reach || *onAxis(interval->high) > m_axis.reach);
    case MeanRole:
        return m_axis.place(*onAxis(comparison.difference.difference));
    default:
        return m_axis.place(0);
    }
}

QVariant ReportMetricModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const MetricComparison& comparison
        = m_report->comparison(m_pair, static_cast<std::size_t>(index.row()));
    switch (role) {
    case Qt::DisplayRole:
        return textOf(comparison, index.column());
    case Qt::TextAlignmentRole: {
        const bool isNumber = index.column() >= BaseColumn && index.column() <= DifferenceColumn;
        return static_cast<int>((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    case Qt::AccessibleDescriptionRole:
    case SentenceRole:
        return toText(engine::sentenceOn(*m_report, comparison));
    case VerdictRole:
        return static_cast<int>(comparison.verdict);
    case LowRole:
    case HighRole:
    case MeanRole:
    case ZeroRole:
    case IsBeyondRole:
        return placeOf(comparison, role);
    default:
        return {};
    }
}

QVariant ReportMetricModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || rowCount() == 0)
        return {};
    const auto [base, variant] = m_report->pairs[m_pair];
    switch (section) {
    case MetricColumn:
        return tr("Metric");
    case BaseColumn:
        return singleLine(m_report->variants[base], kMostMetricName);
    case VariantColumn:
        return singleLine(m_report->variants[variant], kMostMetricName);
    case DifferenceColumn:
        return tr("Difference");
    case IntervalColumn:
        return tr("95 % interval, paired, ±%1 %").arg(qRound(100 * m_axis.reach));
    case VerdictColumn:
        return tr("What can be said");
    default:
        return {};
    }
}

} // namespace gui
