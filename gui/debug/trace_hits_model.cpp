#include "gui/debug/trace_hits_model.h"

#include "gui/debug/debug_table.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::BreakpointHit;
using engine::TraceHit;
using tracestore::SpanId;

void TraceHitsModel::setHits(FoundHits hits, tracestore::TracePtr trace)
{
    beginResetModel();
    m_hits = std::move(hits);
    m_hits.steps.resize(m_hits.hits.size());
    m_trace = std::move(trace);
    endResetModel();
}

bool TraceHitsModel::hasTurns() const
{
    return std::ranges::any_of(m_hits.steps, [](const HitStep& step) { return step.turn > 0; });
}

SpanId TraceHitsModel::spanAt(int row) const
{
    return row < 0 || row >= rowCount() ? SpanId()
                                        : m_hits.hits[static_cast<std::size_t>(row)].span;
}

int TraceHitsModel::rowOf(SpanId span) const
{
    const auto found = std::ranges::find(m_hits.hits, span, &TraceHit::span);
    return found == m_hits.hits.end() ? -1 : static_cast<int>(found - m_hits.hits.begin());
}

int TraceHitsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_hits.hits.size());
}

int TraceHitsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString TraceHitsModel::stepText(SpanId span) const
{
    const QString name = singleLine(m_trace->name(span));
    const QString step = name.isEmpty() ? kindName(m_trace->kind(span)) : name;
    const auto agent = m_trace->agentOf(span);
    return agent.isValid() && m_trace->agents().size() > 1
        ? QString(step + u" · "_s + singleLine(m_trace->agent(agent).name, 40))
        : step;
}

QString TraceHitsModel::valuesText(const BreakpointHit& hit)
{
    QStringList parts;
    for (const auto& [field, value] : hit.values)
        parts << QString(singleLine(field, 60) + u" = "_s + singleLine(value, 120));
    return parts.join(u", "_s);
}

QString TraceHitsModel::text(const QModelIndex& index) const
{
    const auto row = static_cast<std::size_t>(index.row());
    const auto& [span, hit] = m_hits.hits[row];
    const HitStep& step = m_hits.steps[row];
    switch (index.column()) {
    case StepColumn:
        return stepText(span);
    case BreakpointColumn:
        return tr("%1, hit %2").arg(hit.id).arg(formatCount(qint64(hit.number)));
    case TurnColumn:
        return step.turn > 0 ? QString::number(step.turn) : QString();
    case TimeColumn:
        return step.since ? QString(u'+' + formatDuration(*step.since)) : QString();
    case ValuesColumn:
        return hit.values.empty() ? step.preview : valuesText(hit);
    default:
        return {};
    }
}

QVariant TraceHitsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const BreakpointHit& hit = m_hits.hits[row].hit;
    const bool isValues = index.column() == ValuesColumn;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(index);
    case ProblemRole:
        return isValues ? singleLine(hit.problem, 300) : QString();
    case CodeRole:
        return isValues;
    case FaintRole:
        return isValues && hit.values.empty();
    case IdRole:
        return hit.id;
    default:
        return {};
    }
}

QVariant TraceHitsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StepColumn:
        return tr("Step");
    case BreakpointColumn:
        return tr("Breakpoint");
    case TurnColumn:
        return tr("Turn");
    case TimeColumn:
        return tr("Time");
    case ValuesColumn:
        return tr("Values");
    default:
        return {};
    }
}

} // namespace gui
