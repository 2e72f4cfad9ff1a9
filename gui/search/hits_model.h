#pragma once

#include "tracestore/query/query_engine.h"

#include <QAbstractListModel>
#include <QList>

#include <unordered_set>

namespace gui {

/// The hits of a search as they arrive; put into the order of the step tree when all are there.
class HitsModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role
    {
        SpanRole = Qt::UserRole, ///< SpanId::value
        WhereRole, ///< the agent and session of the step, as far as they tell it apart
        SnippetRole, ///< the text around the match; empty where no text was searched
        MatchStartRole, ///< of the match in the snippet, in characters
        MatchLengthRole,
    };

    explicit HitsModel(tracestore::TracePtr trace, QObject* parent = nullptr);

    /// Takes the trace as it has grown; the hits stay.
    void setTrace(tracestore::TracePtr trace);

    void clear();
    /// Those that are there already are left out.
    void append(const QList<tracestore::QueryHit>& hits);
    void sort();

    [[nodiscard]] tracestore::SpanId spanAt(int row) const;
    /// -1 where it is no hit.
    [[nodiscard]] int rowOf(tracestore::SpanId span) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    void sort(int column, Qt::SortOrder order) override;
    [[nodiscard]] QString where(tracestore::SpanId span) const;
    [[nodiscard]] QVariant snippet(const tracestore::QueryHit& hit, int role) const;

    tracestore::TracePtr m_trace;
    std::vector<tracestore::QueryHit> m_hits;
    std::unordered_set<tracestore::SpanId> m_known; ///< the spans of them
};

} // namespace gui
