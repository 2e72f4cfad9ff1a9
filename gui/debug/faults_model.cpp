#include "gui/debug/faults_model.h"

#include "gui/debug/breakpoint_texts.h"
#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/theme/format.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::FaultId;
using engine::FaultRule;
using engine::FaultTally;

FaultsModel::FaultsModel(DebugWorkspace& workspace, QObject* parent)
    : QAbstractTableModel(parent)
    , m_workspace(workspace)
    , m_rows(workspace.setup().faults)
{
    connect(&workspace, &DebugWorkspace::faultsChanged, this, &FaultsModel::takeSetup);
}

void FaultsModel::takeSetup()
{
    const auto& next = m_workspace.setup().faults;
    const bool isSameList = std::ranges::equal(m_rows, next, {}, &FaultRule::id, &FaultRule::id);
    if (!isSameList)
        beginResetModel();
    m_rows = next;
    if (!isSameList)
        endResetModel();
    else if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void FaultsModel::setTallies(const std::vector<FaultTally>& tallies)
{
    if (tallies == m_tallies)
        return;
    m_tallies = tallies;
    if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

const FaultTally* FaultsModel::tallyOf(FaultId id) const
{
    const auto found = std::ranges::find(m_tallies, id, &FaultTally::id);
    return found == m_tallies.end() ? nullptr : &*found;
}

const FaultRule* FaultsModel::at(int row) const
{
    return row < 0 || row >= rowCount() ? nullptr : &m_rows[static_cast<std::size_t>(row)];
}

int FaultsModel::rowOf(FaultId id) const
{
    const auto found = std::ranges::find(m_rows, id, &FaultRule::id);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int FaultsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FaultsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString FaultsModel::text(const FaultRule& rule, int column) const
{
    switch (column) {
    case NumberColumn:
        return QString::number(rule.id);
    case FaultColumn: {
        const QString detail = faultDetailText(rule);
        const QString kind = faultKindText(rule.kind);
        return detail.isEmpty() ? kind : QString(kind + u", "_s + detail);
    }
    case WhereColumn:
        return whereText(rule);
    case HowOftenColumn:
        return howOftenText(rule);
    case ConditionColumn:
        return singleLine(rule.condition, 500);
    case DoneColumn:
        if (const FaultTally* tally = tallyOf(rule.id))
            return tr("%1 of %2")
                .arg(formatCount(qint64(tally->failed)), formatCount(qint64(tally->met)));
        return {};
    default:
        return {};
    }
}

QVariant FaultsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const FaultRule& rule = m_rows[static_cast<std::size_t>(index.row())];
    const QString state = rule.isEnabled ? tr("On") : tr("Off");
    switch (role) {
    case Qt::DisplayRole:
        return text(rule, index.column());
    case Qt::AccessibleTextRole:
        return index.column() == MarkColumn ? state : text(rule, index.column());
    case Qt::ToolTipRole: {
        const QString whole = index.column() == MarkColumn ? state : text(rule, index.column());
        return whole.isEmpty() ? QString() : QString(u"<p>"_s + whole.toHtmlEscaped() + u"</p>"_s);
    }
    case MarkRole:
        if (index.column() != MarkColumn)
            return {};
        return int(rule.isEnabled ? BreakpointMark::Log : BreakpointMark::Disabled);
    case ProblemRole: {
        const FaultTally* tally = tallyOf(rule.id);
        return tally != nullptr && index.column() == ConditionColumn
            ? singleLine(tally->problem, 300)
            : QString();
    }
    case CodeRole:
        return index.column() == ConditionColumn;
    case FaintRole:
        return !rule.isEnabled;
    case IdRole:
        return rule.id;
    default:
        return {};
    }
}

QVariant FaultsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NumberColumn:
        return tr("No.");
    case FaultColumn:
        return tr("Fault");
    case WhereColumn:
        return tr("Where");
    case HowOftenColumn:
        return tr("How often");
    case ConditionColumn:
        return tr("Condition");
    case DoneColumn:
        return tr("Failed");
    default:
        return {};
    }
}

} // namespace gui
