#include "gui/experiments/report_metric_model.h"

#include "engine/experiment/report_words.h"
#include "gui/theme/format.h"

namespace gui {

using namespace Qt::StringLiterals;
using engine::ExperimentReport;
using engine::MetricComparison;
using engine::Verdict;

namespace {

    constexpr qsizetype kMostMetricName = 60;

    int alignmentOf(int column)
    {
        const bool isNumber = column >= ReportMetricModel::BaseColumn
            && column <= ReportMetricModel::DifferenceColumn;
        return static_cast<int>((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }

} // namespace

void ReportMetricModel::setReport(ReportPtr report, std::size_t pair)
{
    const bool isLikeBefore = m_report != nullptr && isLike(*report, pair);
    m_report = std::move(report);
    m_pair = pair;
    m_axis = engine::axisOf(*m_report);
    if (!isLikeBefore)
        return choose();
    emit headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1);
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

bool ReportMetricModel::isLike(const ExperimentReport& report, std::size_t pair) const
{
    return pair == m_pair && report.metrics == m_report->metrics
        && report.variants == m_report->variants && report.pairs == m_report->pairs;
}

void ReportMetricModel::setShown(ShownMetrics* shown)
{
    if (m_shown != nullptr)
        m_shown->disconnect(this);
    m_shown = shown;
    if (m_shown != nullptr)
        connect(m_shown, &ShownMetrics::changed, this, &ReportMetricModel::choose);
    choose();
}

void ReportMetricModel::choose()
{
    beginResetModel();
    m_rows.clear();
    const bool hasPair = m_report != nullptr && m_pair < m_report->pairs.size();
    for (std::size_t metric = 0; hasPair && metric < m_report->metrics.size(); ++metric) {
        if (m_shown == nullptr || m_shown->isShown(toText(m_report->metrics[metric].id)))
            m_rows.push_back(metric);
    }
    endResetModel();
}

QList<ShownMetrics::Metric> ReportMetricModel::metrics() const
{
    QList<ShownMetrics::Metric> metrics;
    for (std::size_t i = 0; m_report != nullptr && i < m_report->metrics.size(); ++i) {
        const engine::ReportMetric& metric = m_report->metrics[i];
        metrics << ShownMetrics::Metric {toText(metric.id),
                                         singleLine(metric.label, kMostMetricName)};
    }
    return metrics;
}

int ReportMetricModel::hiddenCount() const
{
    const bool hasPair = m_report != nullptr && m_pair < m_report->pairs.size();
    return hasPair ? static_cast<int>(m_report->metrics.size() - m_rows.size()) : 0;
}

int ReportMetricModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
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
        return toText(engine::verdictText(comparison.verdict));
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
    const std::size_t metric = m_rows[static_cast<std::size_t>(index.row())];
    return roleOf(m_report->comparison(m_pair, metric), index.column(), role);
}

QVariant ReportMetricModel::roleOf(const MetricComparison& comparison, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return textOf(comparison, column);
    case Qt::TextAlignmentRole:
        return alignmentOf(column);
    case DetailRole:
        return column == VerdictColumn ? toText(engine::visibilityText(*m_report, comparison))
                                       : QString();
    case MetricRole:
        return toText(m_report->metrics[comparison.metric].id);
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
    const bool hasPair = m_report != nullptr && m_pair < m_report->pairs.size();
    if (orientation != Qt::Horizontal || !hasPair)
        return {};
    const auto [base, variant] = m_report->pairs[m_pair];
    if (role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    // The text of a stranger: what looks like markup is none.
    if (role == Qt::ToolTipRole && (section == BaseColumn || section == VariantColumn))
        return QString(
            u"<p>"_s
            + visibleText(toText(m_report->variants[section == BaseColumn ? base : variant]))
                  .toHtmlEscaped()
            + u"</p>"_s);
    if (role != Qt::DisplayRole)
        return {};
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
