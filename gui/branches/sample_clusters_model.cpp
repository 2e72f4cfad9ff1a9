#include "gui/branches/sample_clusters_model.h"

#include "gui/theme/format.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::StepSample;
using State = engine::StepSample::State;

namespace {

    constexpr quintptr kGroup = 0; ///< the internal id of a group; of a sample its group + 1
    constexpr qsizetype kMostSampleText = 300;

    QString stateText(const StepSample& sample)
    {
        switch (sample.state) {
        case State::Waiting:
            return SampleClustersModel::tr("waits");
        case State::Running:
            return SampleClustersModel::tr("under way");
        case State::WaitsToRetry:
            return SampleClustersModel::tr("is tried again: %1")
                .arg(singleLine(sample.told, kMostSampleText));
        case State::Failed:
            return singleLine(sample.told, kMostSampleText);
        case State::Done:
            break;
        }
        return singleLine(sample.outcome, kMostSampleText);
    }

    QString dollars(double amount)
    {
        return formatCostShort({.amount = amount, .currency = "USD"});
    }

} // namespace

bool SampleClustersModel::Group::operator==(const Group& other) const
{
    return label == other.label && members == other.members && isError == other.isError;
}

/// Groups that stay as they are keep what is open and selected.
void SampleClustersModel::setReport(engine::SampleReport report)
{
    const std::vector<Group> before = m_groups;
    beginResetModel();
    m_report = std::move(report);
    makeGroups();
    endResetModel();
}

void SampleClustersModel::makeGroups()
{
    m_groups.clear();
    for (const engine::OutcomeCluster& cluster : m_report.clusters)
        m_groups.push_back({.label = singleLine(cluster.label, kMostSampleText),
                            .members = cluster.members,
                            .share = cluster.share,
                            .isError = cluster.isError});
    Group failed {
        .label = tr("Failed: no outcome came"), .members = {}, .share = {}, .isError = true};
    Group waiting {.label = tr("Not there yet"), .members = {}, .share = {}};
    for (std::size_t i = 0; i < m_report.samples.size(); ++i) {
        if (m_report.samples[i].state == State::Failed)
            failed.members.push_back(i);
        else if (m_report.samples[i].state != State::Done)
            waiting.members.push_back(i);
    }
    for (Group* group : {&failed, &waiting}) {
        if (!group->members.empty())
            m_groups.push_back(std::move(*group));
    }
}

QModelIndex SampleClustersModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(
        row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : kGroup);
}

QModelIndex SampleClustersModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == kGroup)
        return {};
    return createIndex(static_cast<int>(child.internalId() - 1), 0, kGroup);
}

int SampleClustersModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_groups.size());
    const bool isGroup = parent.internalId() == kGroup && parent.column() == 0;
    return isGroup
        ? static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].members.size())
        : 0;
}

int SampleClustersModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant SampleClustersModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((index.column() == CountColumn || index.column() == CostColumn
                                     ? Qt::AlignRight
                                     : Qt::AlignLeft)
                                | Qt::AlignVCenter);
    if (index.internalId() == kGroup)
        return ofGroup(m_groups[static_cast<std::size_t>(index.row())], index.column(), role);
    const Group& group = m_groups[index.internalId() - 1];
    return ofSample(group.members[static_cast<std::size_t>(index.row())], index.column(), role);
}

QString SampleClustersModel::costOf(const std::vector<std::size_t>& members) const
{
    double sum = 0;
    for (const std::size_t place : members) {
        const auto& cost = m_report.samples[place].cost;
        if (!cost)
            return {}; // a part of it would be taken for all
        sum += *cost;
    }
    return dollars(sum);
}

QVariant SampleClustersModel::ofGroup(const Group& group, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        if (column == OutcomeColumn)
            return group.label;
        if (column == CountColumn)
            return formatCount(std::ssize(group.members));
        if (column == ShareColumn && group.share)
            return tr("%1 %  (%2–%3)")
                .arg(qRound(group.share->share * 100))
                .arg(qRound(group.share->low * 100))
                .arg(qRound(group.share->high * 100));
        return column == CostColumn && group.share ? costOf(group.members) : QString();
    case Qt::ToolTipRole:
        return column == ShareColumn && group.share
            ? tr("Of the %1 that have come. In 95 of 100 cases the true share lies between %2 % "
                 "and %3 %.")
                  .arg(group.share->of)
                  .arg(qRound(group.share->low * 100))
                  .arg(qRound(group.share->high * 100))
            : QString();
    case ShareRole:
        return group.share ? QVariant(group.share->share) : QVariant();
    case LowRole:
        return group.share ? QVariant(group.share->low) : QVariant();
    case HighRole:
        return group.share ? QVariant(group.share->high) : QVariant();
    case ErrorRole:
        return group.isError;
    case SampleRole:
        return -1;
    default:
        return {};
    }
}

QVariant SampleClustersModel::ofSample(std::size_t place, int column, int role) const
{
    const StepSample& sample = m_report.samples[place];
    switch (role) {
    case Qt::DisplayRole:
        if (column == OutcomeColumn)
            return QString(tr("Sample %1").arg(place + 1) + u"   "_s + stateText(sample));
        if (column == ShareColumn && sample.attempts > 1)
            return tr("%1 attempts").arg(sample.attempts);
        return column == CostColumn && sample.cost ? dollars(*sample.cost) : QString();
    case FileRole:
        return sample.file;
    case ErrorRole:
        return sample.state == State::Failed || !sample.problem.empty();
    case SampleRole:
        return static_cast<int>(place);
    default:
        return {};
    }
}

QVariant SampleClustersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case OutcomeColumn:
        return tr("What came");
    case CountColumn:
        return tr("Count");
    case ShareColumn:
        return tr("Share");
    case CostColumn:
        return tr("Cost");
    default:
        return {};
    }
}

} // namespace gui
