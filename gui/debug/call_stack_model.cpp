#include "gui/debug/call_stack_model.h"

#include "gui/debug/stop_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;

CallStackModel::CallStackModel(const Theme& theme, QObject* parent)
    : QAbstractTableModel(parent)
    , m_theme(theme)
{ }

void CallStackModel::setStatus(const engine::DebugStatus& status, bool isAlive)
{
    std::vector<Row> rows;
    for (auto frame = status.frames.rbegin(); isAlive && frame != status.frames.rend(); ++frame) {
        Row row {.frame = *frame};
        row.isStopFrame = status.stop && status.stop->agent == frame->path;
        const std::size_t ofFrame = rows.size();
        rows.push_back(row);
        for (const std::string& effect : frame->steps) {
            if (const engine::PendingStep* step = pendingStep(status, effect))
                rows.push_back({.frame = *frame, .step = *step});
            // One arrow, at the innermost thing that one stands before.
            if (rows.back().step.isStop)
                rows[ofFrame].isStopFrame = false;
        }
    }
    if (rows == m_rows)
        return;
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

std::string CallStackModel::effectAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return {};
    const Row& at = m_rows[static_cast<std::size_t>(row)];
    return at.step.effect.empty() ? at.frame.path : at.step.effect;
}

bool CallStackModel::isFrame(int row) const
{
    return row >= 0 && row < rowCount()
        && m_rows[static_cast<std::size_t>(row)].step.effect.empty();
}

int CallStackModel::rowOf(const std::string& effect) const
{
    const auto found = std::ranges::find_if(
        m_rows, [&](const Row& row) { return !effect.empty() && row.step.effect == effect; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int CallStackModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CallStackModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString CallStackModel::text(const Row& row, int column) const
{
    const bool isStep = !row.step.effect.empty();
    switch (column) {
    case NameColumn:
        return isStep ? QString(u"    "_s + singleLine(row.step.name, 80))
                      : singleLine(row.frame.name, 80);
    case PlaceColumn:
        if (isStep)
            return stageName(row.step);
        return row.frame.turn == 0 ? QString() : tr("turn %1").arg(row.frame.turn);
    case TaskColumn:
        return singleLine(isStep ? row.step.summary : row.frame.task, 300);
    default:
        return {};
    }
}

QVariant CallStackModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const bool isStep = !row.step.effect.empty();
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::ForegroundRole:
        if (isStep && index.column() == PlaceColumn)
            return m_theme.color(isHeld(row.step) ? ColorRole::Paused : ColorRole::Accent);
        return m_theme.color(index.column() == NameColumn ? ColorRole::Text : ColorRole::TextDim);
    case Qt::DecorationRole:
        if (index.column() != NameColumn)
            return {};
        if (!isStep)
            return row.isStopFrame ? m_theme.icon(u"stopped-here"_s, ColorRole::Paused)
                                   : m_theme.icon(u"kind-agent"_s, ColorRole::Agent);
        return row.step.isStop ? m_theme.icon(u"stopped-here"_s, ColorRole::Paused)
            : isHeld(row.step) ? m_theme.icon(u"pause"_s, ColorRole::Paused)
                               : m_theme.icon(u"status-pending"_s, ColorRole::Accent);
    case Qt::ToolTipRole: {
        constexpr qsizetype kMostTold = 1200;
        const QString whole = index.column() == TaskColumn
            ? singleLine(isStep ? row.step.summary : row.frame.task, kMostTold)
            : text(row, index.column()).trimmed();
        return whole.isEmpty() ? QString() : QString(u"<p>"_s + whole.toHtmlEscaped() + u"</p>"_s);
    }
    case Qt::AccessibleTextRole:
        return QString(text(row, NameColumn).trimmed() + u", "_s + text(row, PlaceColumn));
    default:
        return {};
    }
}

QVariant CallStackModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Agent and step");
    case PlaceColumn:
        return tr("Where");
    case TaskColumn:
        return tr("Task");
    default:
        return {};
    }
}

} // namespace gui
