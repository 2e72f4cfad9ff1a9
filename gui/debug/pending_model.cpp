#include "gui/debug/pending_model.h"

#include "gui/debug/stop_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::PendingStep;

PendingModel::PendingModel(const Theme& theme, QObject* parent)
    : QAbstractTableModel(parent)
    , m_theme(theme)
{ }

void PendingModel::setStatus(const engine::DebugStatus& status, bool isAlive)
{
    std::vector<Row> rows;
    const bool isNewStop = status.stop && status.stop->number != m_stop;
    if (isNewStop)
        m_stop = status.stop->number;
    m_isTravel = status.travel.has_value();
    m_time = status.stop ? status.stop->time : tracestore::Timestamp();
    // One who goes back in a trace has done nothing.
    if (m_isTravel)
        m_rows.clear();
    for (Row& row : m_rows) {
        const bool isOver = !row.isDone && pendingStep(status, row.step.effect) == nullptr;
        if (isOver) {
            row.isDone = true;
            row.tookMs = row.since.elapsed();
        }
        // What was done before the last stop is in the other views.
        if (row.isDone && isAlive && !(isNewStop && !isOver))
            rows.push_back(row);
    }
    if (rows.size() > kMostDone)
        rows.erase(rows.begin(), rows.end() - kMostDone);
    for (std::size_t i = 0; isAlive && i < status.pending.size(); ++i) {
        const PendingStep& step = status.pending[i];
        const auto before = std::ranges::find_if(m_rows, [&](const Row& row) {
            return !row.isDone && row.step.effect == step.effect && row.step.stage == step.stage;
        });
        Row row {.step = step};
        if (before != m_rows.end())
            row.since = before->since;
        else
            row.since.start();
        rows.push_back(std::move(row));
    }
    const auto isSame
        = [](const Row& a, const Row& b) { return a.step == b.step && a.isDone == b.isDone; };
    if (!m_isTravel && std::ranges::equal(rows, m_rows, isSame))
        return;
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void PendingModel::tick()
{
    if (!m_rows.empty() && !m_isTravel)
        emit dataChanged(index(0, TimeColumn), index(rowCount() - 1, TimeColumn));
}

std::string PendingModel::effectAt(int row) const
{
    const bool isHere = row >= 0 && row < rowCount();
    return isHere ? m_rows[static_cast<std::size_t>(row)].step.effect : std::string();
}

int PendingModel::rowOf(const std::string& effect) const
{
    const auto found = std::ranges::find_if(
        m_rows, [&](const Row& row) { return !row.isDone && row.step.effect == effect; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

bool PendingModel::isDone(int row) const
{
    return row >= 0 && row < rowCount() && m_rows[static_cast<std::size_t>(row)].isDone;
}

int PendingModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PendingModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

/// How long it had been under way then; blank where the trace tells no times.
QString PendingModel::timeAtStop(const Row& row) const
{
    const bool isKnown = row.step.since.ns > 0 && m_time.ns >= row.step.since.ns;
    return isKnown ? formatDuration(tracestore::Duration {m_time.ns - row.step.since.ns})
                   : QString();
}

QString PendingModel::text(const Row& row, int column) const
{
    switch (column) {
    case StepColumn:
        return singleLine(row.step.name, 80);
    case StateColumn: {
        const QString stage = row.isDone ? tr("done") : stageName(row.step);
        return row.step.edits.empty() ? stage : QString(stage + u", "_s + tr("edited"));
    }
    case TimeColumn: {
        if (m_isTravel)
            return timeAtStop(row);
        const qint64 ms = row.isDone ? row.tookMs : row.since.elapsed();
        return formatDuration(tracestore::Duration {ms * 1'000'000});
    }
    case AgentColumn:
        return singleLine(row.step.agent, 80);
    case ReachColumn:
        if (row.step.kind != engine::EffectKind::Tool)
            return effectKindName(row.step.kind).toLower();
        return row.step.isClassTold ? effectClassName(row.step.effectClass) : QString();
    case SummaryColumn:
        return singleLine(row.step.summary, 300);
    default:
        return {};
    }
}

/// What the column has no room for, and why the step is held.
QString PendingModel::toolTip(const Row& row, int column) const
{
    constexpr qsizetype kMostTold = 1200;
    QStringList lines {column == SummaryColumn    ? singleLine(row.step.summary, kMostTold)
                           : column == StepColumn ? singleLine(row.step.name, kMostTold)
                                                  : text(row, column)};
    if (column != SummaryColumn)
        lines << singleLine(row.step.reason, 300);
    lines.removeAll(QString());
    // Tool tips that look like rich text are rich text.
    return lines.isEmpty()
        ? QString()
        : QString(u"<p>"_s + lines.join(u'\n').toHtmlEscaped().replace(u'\n', u"<br>"_s)
                  + u"</p>"_s);
}

QVariant PendingModel::color(const Row& row, int column) const
{
    if (row.isDone)
        return m_theme.color(ColorRole::TextFaint);
    if (column == StateColumn)
        return m_theme.color(isHeld(row.step) ? ColorRole::Paused : ColorRole::Accent);
    return m_theme.color(column == StepColumn ? ColorRole::Text : ColorRole::TextDim);
}

QVariant PendingModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::ForegroundRole:
        return color(row, index.column());
    case Qt::DecorationRole:
        if (index.column() != StepColumn)
            return {};
        // With an icon as well, or its name would begin elsewhere.
        return row.isDone      ? m_theme.icon(u"status-ok"_s, ColorRole::TextFaint)
            : row.step.isStop  ? m_theme.icon(u"stopped-here"_s, ColorRole::Paused)
            : isHeld(row.step) ? m_theme.icon(u"pause"_s, ColorRole::Paused)
                               : m_theme.icon(u"status-pending"_s, ColorRole::Accent);
    case Qt::ToolTipRole:
        return toolTip(row, index.column());
    case Qt::AccessibleTextRole:
        return QString(text(row, StepColumn) + u", "_s + text(row, StateColumn));
    default:
        return {};
    }
}

QVariant PendingModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StepColumn:
        return tr("Step");
    case StateColumn:
        return tr("State");
    case TimeColumn:
        return tr("For");
    case AgentColumn:
        return tr("Agent");
    case ReachColumn:
        return tr("Reach");
    case SummaryColumn:
        return tr("With");
    default:
        return {};
    }
}

} // namespace gui
