#pragma once

#include "gui/debug/hit_finder.h"

#include <QAbstractTableModel>

namespace gui {

/// Where breakpoints would have hit in a trace, one hit a row, in the order in which things
/// happened.
class TraceHitsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        StepColumn,
        BreakpointColumn,
        TurnColumn,
        TimeColumn, ///< from the beginning of the trace
        ValuesColumn, ///< what the condition looked at, else the beginning of what the step is
                      ///< about
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// `trace` is the one that was looked through, or a later state of it.
    void setHits(FoundHits hits, tracestore::TracePtr trace);

    /// Whether the turn of any is known.
    [[nodiscard]] bool hasTurns() const;

    [[nodiscard]] tracestore::SpanId spanAt(int row) const;
    /// The first of a step; -1 where it is no hit.
    [[nodiscard]] int rowOf(tracestore::SpanId span) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString stepText(tracestore::SpanId span) const;
    [[nodiscard]] static QString valuesText(const engine::BreakpointHit& hit);
    [[nodiscard]] QString text(const QModelIndex& index) const;

    FoundHits m_hits;
    tracestore::TracePtr m_trace;
};

} // namespace gui
