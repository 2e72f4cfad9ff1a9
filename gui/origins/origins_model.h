#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/provenance/origin.h"

#include <QAbstractListModel>

namespace gui {

/// What was found of a question: of each piece a row that tells what it is, where there are several
/// or nothing was found, and below it the places in which it stands.
class OriginsModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role
    {
        SpanRole = Qt::UserRole, ///< SpanId::value; invalid of a row that tells of a piece
        IsPieceRole,
        NoteRole, ///< of a piece: why there is nothing below it; of a find: how it says it
        WhereRole, ///< `result, items[0].price`
        GiverRole,
        IsFirstRole,
        ConfidenceRole, ///< double, 0 to 1
        CertaintyRole, ///< in words
        ExcerptRole,
        MarkStartRole, ///< of the stretch in the excerpt, in characters
        MarkLengthRole,
    };

    explicit OriginsModel(tracestore::TracePtr trace, QObject* parent = nullptr);

    /// Takes the trace as it has grown; the finds stay.
    void setTrace(tracestore::TracePtr trace);

    void setReport(const tracestore::OriginQuery& query, tracestore::OriginReport report);
    void clear();

    [[nodiscard]] const tracestore::OriginReport& report() const { return m_report; }

    [[nodiscard]] tracestore::SpanId spanAt(int row) const;

    /// Null for a row that tells of a piece.
    [[nodiscard]] const tracestore::Origin* findAt(int row) const;

    /// The first row of a step; -1 where it has none.
    [[nodiscard]] int rowOf(tracestore::SpanId span) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    static constexpr std::size_t kNoFind = static_cast<std::size_t>(-1);

    struct Row
    {
        std::size_t piece = 0;
        std::size_t find = kNoFind;
    };

    [[nodiscard]] QVariant pieceData(const Row& row, int role) const;
    [[nodiscard]] QVariant findData(const tracestore::Origin& find, int role) const;

    tracestore::TracePtr m_trace;
    tracestore::OriginQuery m_query;
    tracestore::OriginReport m_report;
    std::vector<Row> m_rows;
};

} // namespace gui
