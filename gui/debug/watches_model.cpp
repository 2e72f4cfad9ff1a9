#include "gui/debug/watches_model.h"

#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::Watch;
using engine::WatchId;

WatchesModel::WatchesModel(DebugWorkspace& workspace, tracestore::TracePtr trace, QObject* parent)
    : QAbstractTableModel(parent)
    , m_workspace(workspace)
    , m_trace(std::move(trace))
    , m_rows(workspace.setup().watches)
{
    connect(&workspace, &DebugWorkspace::watchesChanged, this, &WatchesModel::takeSetup);
}

/// Rows come and go one by one, so that a line that is being written in stays.
void WatchesModel::takeSetup()
{
    const std::vector<Watch>& next = m_workspace.setup().watches;
    const std::size_t most = std::min(m_rows.size(), next.size());
    std::size_t first = 0;
    while (first < most && m_rows[first].id == next[first].id)
        ++first;
    std::size_t behind = 0;
    while (behind < most - first
           && m_rows[m_rows.size() - 1 - behind].id == next[next.size() - 1 - behind].id)
        ++behind;
    const auto at = [](auto& list, std::size_t place) {
        return list.begin() + static_cast<std::ptrdiff_t>(place);
    };
    if (const std::size_t gone = m_rows.size() - first - behind; gone > 0) {
        beginRemoveRows({}, static_cast<int>(first), static_cast<int>(first + gone) - 1);
        m_rows.erase(at(m_rows, first), at(m_rows, first + gone));
        endRemoveRows();
    }
    if (const std::size_t come = next.size() - first - behind; come > 0) {
        beginInsertRows({}, static_cast<int>(first), static_cast<int>(first + come) - 1);
        m_rows.insert(at(m_rows, first), at(next, first), at(next, first + come));
        endInsertRows();
    }
    m_rows = next;
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void WatchesModel::setValues(std::vector<std::pair<WatchId, Value>> values)
{
    if (values == m_values)
        return;
    m_values = std::move(values);
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

const Watch* WatchesModel::at(int row) const
{
    return row < 0 || static_cast<std::size_t>(row) >= m_rows.size()
        ? nullptr
        : &m_rows[static_cast<std::size_t>(row)];
}

const WatchesModel::Value* WatchesModel::valueOf(WatchId id) const
{
    const auto found = std::ranges::find(m_values, id, &std::pair<WatchId, Value>::first);
    return found == m_values.end() ? nullptr : &found->second;
}

int WatchesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size()) + 1;
}

int WatchesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString WatchesModel::text(const Watch& watch, const Value* value, int column) const
{
    if (column == ExpressionColumn)
        return watch.agent.empty()
            ? singleLine(watch.expression, 500)
            : QString(singleLine(watch.expression, 500) + u"  · "_s + singleLine(watch.agent, 60));
    if (value == nullptr)
        return {};
    switch (column) {
    case ValueColumn:
        if (value->value.empty())
            return value->problem.empty() ? tr("not known here") : QString();
        return singleLine(value->value, 500);
    case BeforeColumn:
        return singleLine(value->before, 500);
    case ChangedColumn: {
        if (!value->changedAt.isValid() || value->changedAt.index() >= m_trace->spanCount())
            return value->event > 0 ? tr("event %1").arg(formatCount(value->event)) : QString();
        const QString name = singleLine(m_trace->name(value->changedAt), 60);
        return name.isEmpty() ? kindName(m_trace->kind(value->changedAt)) : name;
    }
    default:
        return {};
    }
}

QVariant WatchesModel::newRow(const QModelIndex& index, int role) const
{
    if (index.column() != ExpressionColumn)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return tr("Add an expression …");
    case Qt::EditRole:
        return QString();
    case FaintRole:
        return true;
    default:
        return {};
    }
}

QVariant WatchesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Watch* watch = at(index.row());
    if (watch == nullptr)
        return newRow(index, role);
    const Value* value = valueOf(watch->id);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(*watch, value, index.column());
    case Qt::EditRole:
        return index.column() == ExpressionColumn ? toText(watch->expression) : QString();
    case Qt::ToolTipRole: {
        const QString whole = text(*watch, value, index.column());
        return whole.isEmpty() ? QString() : QString(u"<p>"_s + whole.toHtmlEscaped() + u"</p>"_s);
    }
    case ProblemRole:
        return value != nullptr && index.column() == ValueColumn ? singleLine(value->problem, 300)
                                                                 : QString();
    case CodeRole:
        return index.column() != ChangedColumn
            && !(index.column() == ValueColumn && (value == nullptr || value->value.empty()));
    case FaintRole:
        return index.column() == BeforeColumn
            || (index.column() == ValueColumn && (value == nullptr || value->value.empty()));
    case ChangedRole:
        return index.column() == ValueColumn && value != nullptr && value->isNew;
    case SpanRole:
        if (index.column() == ChangedColumn && value != nullptr && value->changedAt.isValid())
            return value->changedAt.value;
        return {};
    case IdRole:
        return watch->id;
    default:
        return {};
    }
}

QVariant WatchesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case ExpressionColumn:
        return tr("Expression");
    case ValueColumn:
        return tr("Value");
    case BeforeColumn:
        return tr("Before");
    case ChangedColumn:
        return tr("Changed at");
    default:
        return {};
    }
}

Qt::ItemFlags WatchesModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.column() == ExpressionColumn ? flags | Qt::ItemIsEditable : flags;
}

bool WatchesModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || index.column() != ExpressionColumn)
        return false;
    const std::string expression = value.toString().trimmed().toStdString();
    const Watch* watch = at(index.row());
    if (watch == nullptr) {
        if (!expression.empty())
            m_workspace.add(Watch {.id = 0, .expression = expression, .agent = {}});
    } else if (expression.empty()) {
        m_workspace.removeWatches({watch->id});
    } else {
        Watch changed = *watch;
        changed.expression = expression;
        m_workspace.change(changed);
    }
    return true;
}

} // namespace gui
