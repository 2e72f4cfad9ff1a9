#include "gui/debug/breakpoints_model.h"

#include "gui/debug/breakpoint_texts.h"
#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/theme/format.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::Breakpoint;
using engine::BreakpointId;
using engine::BreakpointTally;

BreakpointsModel::BreakpointsModel(DebugWorkspace& workspace, QObject* parent)
    : QAbstractTableModel(parent)
    , m_workspace(workspace)
{
    takeRows();
    connect(&workspace, &DebugWorkspace::breakpointsChanged, this, &BreakpointsModel::takeSetup);
}

/// Only what has changed is looked through anew.
void BreakpointsModel::takeRows()
{
    const auto before = std::exchange(m_rows, m_workspace.setup().breakpoints);
    const auto known = std::exchange(m_problems, {});
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const bool isSame = i < before.size() && before[i] == m_rows[i];
        m_problems.push_back(isSame ? known[i] : engine::problemOf(m_rows[i]));
    }
}

/// Rows that stay are told as changed, so that what is selected stays so.
void BreakpointsModel::takeSetup()
{
    const auto& next = m_workspace.setup().breakpoints;
    const bool isSameList = std::ranges::equal(m_rows, next, {}, &Breakpoint::id, &Breakpoint::id);
    if (!isSameList)
        beginResetModel();
    takeRows();
    if (!isSameList)
        endResetModel();
    else if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void BreakpointsModel::setTallies(const std::vector<BreakpointTally>& tallies)
{
    std::unordered_map<BreakpointId, BreakpointTally> next;
    for (const BreakpointTally& one : tallies)
        next.emplace(one.id, one);
    if (next == m_tallies)
        return;
    m_tallies = std::move(next);
    if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

const BreakpointTally* BreakpointsModel::tallyOf(BreakpointId id) const
{
    const auto found = m_tallies.find(id);
    return found == m_tallies.end() ? nullptr : &found->second;
}

const Breakpoint* BreakpointsModel::at(int row) const
{
    return row < 0 || row >= rowCount() ? nullptr : &m_rows[static_cast<std::size_t>(row)];
}

int BreakpointsModel::rowOf(BreakpointId id) const
{
    const auto found = std::ranges::find(m_rows, id, &Breakpoint::id);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

bool BreakpointsModel::hasGroups() const
{
    return std::ranges::any_of(m_rows, [](const Breakpoint& one) { return !one.group.empty(); });
}

int BreakpointsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int BreakpointsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString BreakpointsModel::hitsText(const Breakpoint& breakpoint) const
{
    QStringList parts;
    if (const BreakpointTally* tally = tallyOf(breakpoint.id)) {
        parts << formatCount(static_cast<qint64>(tally->hits));
        if (tally->isSpent)
            parts << tr("spent");
    }
    if (breakpoint.hits.kind != engine::HitRule::Kind::Always)
        parts << hitRuleText(breakpoint.hits);
    if (breakpoint.isOneShot)
        parts << tr("once");
    return parts.join(u" · "_s);
}

QString BreakpointsModel::text(const Breakpoint& breakpoint, int column) const
{
    switch (column) {
    case NumberColumn:
        return QString::number(breakpoint.id);
    case WhenColumn:
        return kindText(breakpoint.kind);
    case WhereColumn:
        return whereText(breakpoint);
    case ConditionColumn:
        return conditionText(breakpoint);
    case HitsColumn:
        return hitsText(breakpoint);
    case ThenColumn:
        return breakpoint.isEnabled ? actionsText(breakpoint)
                                    : QString(actionsText(breakpoint) + u' ' + tr("(off)"));
    case GroupColumn:
        return singleLine(breakpoint.group, 60);
    default:
        return {};
    }
}

/// What the run or search has met comes before what can be told without.
std::pair<QString, QString> BreakpointsModel::problemOf(int row) const
{
    const auto at = static_cast<std::size_t>(row);
    const BreakpointTally* tally = tallyOf(m_rows[at].id);
    if (const auto& known = m_problems[at])
        return {singleLine(known->message, 500), singleLine(known->hint, 500)};
    return {tally == nullptr ? QString() : singleLine(tally->problem, 500), QString()};
}

QString BreakpointsModel::stateText(const Breakpoint& breakpoint) const
{
    if (!breakpoint.isEnabled)
        return tr("Off");
    const BreakpointTally* tally = tallyOf(breakpoint.id);
    return tally != nullptr && tally->isSpent ? tr("Has hit, and is spent") : tr("On");
}

QVariant BreakpointsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Breakpoint& breakpoint = m_rows[static_cast<std::size_t>(index.row())];
    const BreakpointTally* tally = tallyOf(breakpoint.id);
    const bool isSpent = tally != nullptr && tally->isSpent;
    switch (role) {
    case Qt::DisplayRole:
        return text(breakpoint, index.column());
    case Qt::AccessibleTextRole:
        return index.column() == MarkColumn ? stateText(breakpoint)
                                            : text(breakpoint, index.column());
    case Qt::ToolTipRole: {
        const QString whole = index.column() == MarkColumn
            ? tr("Breakpoint %1. %2").arg(breakpoint.id).arg(stateText(breakpoint))
            : text(breakpoint, index.column());
        return QString(u"<p>"_s + whole.toHtmlEscaped() + u"</p>"_s);
    }
    case Qt::CheckStateRole:
        if (index.column() == MarkColumn)
            return breakpoint.isEnabled ? Qt::Checked : Qt::Unchecked;
        return {};
    case MarkRole:
        if (index.column() != MarkColumn)
            return {};
        return int(isSpent ? BreakpointMark::Disabled : signOf(breakpoint));
    case ProblemRole:
        return index.column() == ConditionColumn ? problemOf(index.row()).first : QString();
    case CodeRole:
        return index.column() == ConditionColumn;
    case FaintRole:
        return isSpent || !breakpoint.isEnabled;
    case HintRole:
        return problemOf(index.row()).second;
    case IdRole:
        return breakpoint.id;
    default:
        return {};
    }
}

QVariant BreakpointsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NumberColumn:
        return tr("No.");
    case WhenColumn:
        return tr("When");
    case WhereColumn:
        return tr("Where");
    case ConditionColumn:
        return tr("Condition");
    case HitsColumn:
        return tr("Hits");
    case ThenColumn:
        return tr("Then");
    case GroupColumn:
        return tr("Group");
    default:
        return {};
    }
}

Qt::ItemFlags BreakpointsModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.column() == MarkColumn ? flags | Qt::ItemIsUserCheckable : flags;
}

bool BreakpointsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const Breakpoint* breakpoint = at(index.row());
    if (role != Qt::CheckStateRole || index.column() != MarkColumn || breakpoint == nullptr)
        return false;
    m_workspace.setEnabled({breakpoint->id}, value.toInt() == Qt::Checked);
    return true;
}

} // namespace gui
