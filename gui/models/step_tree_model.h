#pragma once

#include "gui/models/step_sums.h"
#include "gui/models/step_tree.h"

#include <QAbstractTableModel>

namespace gui {

class SessionContext;

/// The rows of the step tree that are in sight, as a flat table: one row a step, in the order of
/// time, with its depth as a fact of the row. Folding adds and removes rows.
class StepTreeModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        StepColumn,
        DurationColumn,
        TokensColumn,
        CostColumn,
        ColumnCount
    };

    enum Role
    {
        SpanRole = Qt::UserRole, ///< SpanId::value; that of an invalid id on a session's row
        DepthRole,
        IsOpenRole,
        CountBelowRole,
        StatusRole, ///< the mark and word behind the name; empty for ok and unknown
        ModelNameRole, ///< the language model of a model call
        ErrorsBelowRole, ///< failed steps hidden in a closed row
        ToolTipTextRole, ///< the card of a step as plain text
    };

    explicit StepTreeModel(SessionContext& context, QObject* parent = nullptr);

    [[nodiscard]] const StepTree& tree() const { return m_tree; }

    [[nodiscard]] tracestore::SpanId spanAt(int row) const;
    [[nodiscard]] tracestore::SpanKind kindAt(int row) const;
    /// -1 while a closed row hides it.
    [[nodiscard]] int rowOf(tracestore::SpanId span) const;
    /// The row itself or the closed one that hides it.
    [[nodiscard]] int nearestRow(tracestore::SpanId span) const;
    /// -1 at the top.
    [[nodiscard]] int parentRow(int row) const;
    [[nodiscard]] bool hasBelow(int row) const;
    [[nodiscard]] bool isOpen(int row) const;

    /// The next row behind `from`, around the end, whose name begins with `text`, else one that
    /// holds it; -1 where there is none. Upper and lower case are alike.
    [[nodiscard]] int findName(const QString& text, int from) const;

    /// A row as text, its columns parted by tabs.
    [[nodiscard]] QString rowText(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

    [[nodiscard]] bool isFiltered() const { return m_tree.isFiltered(); }

    /// Shows the trace of the context as it has grown: rows come in where they belong, those that
    /// are there stay. Whoever shows the rows calls this when the context says so.
    void takeGrowth(const TraceGrowth& growth);

public slots:
    /// Lists only the hits of the search and what is above them, opened as far as they are; all
    /// again where there are no hits.
    void filterByHits();
    void showAll();
    void setOpen(int row, bool open);
    void openAllBelow(int row);
    void closeOthers(int row);
    void openAll();
    void closeAll();
    /// Opens what hides a span.
    void show(tracestore::SpanId span);

private:
    [[nodiscard]] StepTree::Node nodeAt(int row) const;
    void unfold(int row);
    void fold(int row);
    [[nodiscard]] QString name(StepTree::Node node) const;
    [[nodiscard]] QString modelName(StepTree::Node node) const;
    [[nodiscard]] QString display(StepTree::Node node, int column) const;
    [[nodiscard]] std::optional<tracestore::Duration> duration(StepTree::Node node) const;
    [[nodiscard]] QString durationText(StepTree::Node node) const;
    [[nodiscard]] QString statusText(StepTree::Node node) const;
    [[nodiscard]] QString accessibleText(StepTree::Node node) const;
    [[nodiscard]] QString toolTipText(StepTree::Node node) const;
    [[nodiscard]] int errorsBelow(StepTree::Node node) const;
    [[nodiscard]] tracestore::SpanKind kind(StepTree::Node node) const;

    SessionContext& m_context;
    StepTree m_tree;
    StepSums m_sums;
};

} // namespace gui
