#include "gui/search/hits_model.h"

#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::QueryHit;
using tracestore::SpanId;

HitsModel::HitsModel(tracestore::TracePtr trace, QObject* parent)
    : QAbstractListModel(parent)
    , m_trace(std::move(trace))
{ }

void HitsModel::clear()
{
    beginResetModel();
    m_hits.clear();
    m_known.clear();
    endResetModel();
}

void HitsModel::setTrace(tracestore::TracePtr trace)
{
    m_trace = std::move(trace);
    if (rowCount() > 0)
        emit dataChanged(index(0), index(rowCount() - 1));
}

void HitsModel::append(const QList<QueryHit>& hits)
{
    std::vector<QueryHit> added;
    std::ranges::copy_if(hits, std::back_inserter(added), [this](const QueryHit& hit) {
        return m_known.insert(hit.span).second;
    });
    if (added.empty())
        return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(added.size()) - 1);
    m_hits.insert(m_hits.end(), added.begin(), added.end());
    endInsertRows();
}

void HitsModel::sort()
{
    const auto place = [this](const QueryHit& hit) { return m_trace->preOrderIndex(hit.span); };
    if (std::ranges::is_sorted(m_hits, {}, place))
        return;
    emit layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    std::vector<SpanId> spans;
    for (const QModelIndex& index : before)
        spans.push_back(spanAt(index.row()));
    std::ranges::sort(m_hits, {}, place);
    QModelIndexList after;
    for (const SpanId span : spans)
        after << index(rowOf(span));
    changePersistentIndexList(before, after);
    emit layoutChanged();
}

void HitsModel::sort(int, Qt::SortOrder)
{
    sort();
}

SpanId HitsModel::spanAt(int row) const
{
    return row < 0 || row >= rowCount() ? SpanId() : m_hits[static_cast<std::size_t>(row)].span;
}

int HitsModel::rowOf(SpanId span) const
{
    const auto found = std::ranges::find(m_hits, span, &QueryHit::span);
    return found == m_hits.end() ? -1 : static_cast<int>(found - m_hits.begin());
}

int HitsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_hits.size());
}

QString HitsModel::where(SpanId span) const
{
    QString text;
    const auto agent = m_trace->agentOf(span);
    if (agent.isValid() && m_trace->agents().size() > 1)
        text = singleLine(m_trace->agent(agent).name, 40);
    if (m_trace->sessions().size() < 2)
        return text;
    const auto& session = m_trace->session(m_trace->sessionOf(span));
    const QString title = singleLine(session.title.empty() ? session.key : session.title, 60);
    return text.isEmpty() ? title : QString(text + u" · "_s + title);
}

QVariant HitsModel::snippet(const QueryHit& hit, int role) const
{
    const auto characters = [&](std::size_t from, std::size_t bytes) {
        return toText(std::string_view(hit.snippet).substr(from, bytes)).size();
    };
    if (role == SnippetRole)
        return toText(hit.snippet);
    if (role == MatchStartRole)
        return int(characters(0, hit.matchOffset));
    return int(characters(std::min(hit.matchOffset, hit.snippet.size()), hit.matchLength));
}

QVariant HitsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const QueryHit& hit = m_hits[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: {
        const QString name = singleLine(m_trace->name(hit.span));
        return name.isEmpty() ? kindName(m_trace->kind(hit.span)) : name;
    }
    case Qt::AccessibleTextRole:
        return QString(index.data().toString() + u' ' + toText(hit.snippet));
    case SpanRole:
        return hit.span.value;
    case WhereRole:
        return where(hit.span);
    case SnippetRole:
    case MatchStartRole:
    case MatchLengthRole:
        return snippet(hit, role);
    default:
        return {};
    }
}

} // namespace gui
