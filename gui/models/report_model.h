#pragma once

#include "tracestore/model/trace.h"

#include <QAbstractTableModel>

namespace gui {

/// The rows of an import report: what was guessed, left out or broken, and where.
class ReportModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        SeverityColumn,
        CountColumn,
        MessageColumn,
        FieldColumn,
        PlaceColumn,
        ColumnCount
    };

    explicit ReportModel(tracestore::TracePtr trace, QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString place(const tracestore::ReportRow& row) const;

    tracestore::TracePtr m_trace;
};

/// What an import came to, in a few words: `everything read`, `2 broken, 14 dropped`.
QString reportSummary(const tracestore::ImportReport& report);

} // namespace gui
