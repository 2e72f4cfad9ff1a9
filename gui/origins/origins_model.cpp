#include "gui/origins/origins_model.h"

#include "gui/origins/origin_texts.h"
#include "gui/theme/format.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Origin;
using tracestore::OriginPiece;
using tracestore::OriginQuery;
using tracestore::OriginReport;
using tracestore::SpanId;

OriginsModel::OriginsModel(tracestore::TracePtr trace, QObject* parent)
    : QAbstractListModel(parent)
    , m_trace(std::move(trace))
{ }

void OriginsModel::setTrace(tracestore::TracePtr trace)
{
    m_trace = std::move(trace);
}

void OriginsModel::clear()
{
    beginResetModel();
    m_report = {};
    m_rows.clear();
    endResetModel();
}

void OriginsModel::setReport(const OriginQuery& query, OriginReport report)
{
    beginResetModel();
    m_query = query;
    m_report = std::move(report);
    m_rows.clear();
    std::size_t find = 0;
    for (std::size_t piece = 0; piece < m_report.pieces.size(); ++piece) {
        const bool hasFinds = find < m_report.finds.size() && m_report.finds[find].piece == piece;
        if (m_report.pieces.size() > 1 || !hasFinds || m_report.pieces[piece].isCommon)
            m_rows.push_back({piece, kNoFind});
        for (; find < m_report.finds.size() && m_report.finds[find].piece == piece; ++find)
            m_rows.push_back({piece, find});
    }
    endResetModel();
}

const Origin* OriginsModel::findAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return nullptr;
    const Row& at = m_rows[static_cast<std::size_t>(row)];
    return at.find == kNoFind ? nullptr : &m_report.finds[at.find];
}

SpanId OriginsModel::spanAt(int row) const
{
    const Origin* find = findAt(row);
    return find == nullptr ? SpanId() : find->span;
}

int OriginsModel::rowOf(SpanId span) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (span.isValid() && spanAt(row) == span)
            return row;
    }
    return -1;
}

int OriginsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant OriginsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == IsPieceRole)
        return row.find == kNoFind;
    return row.find == kNoFind ? pieceData(row, role) : findData(m_report.finds[row.find], role);
}

QVariant OriginsModel::pieceData(const Row& row, int role) const
{
    const OriginPiece& piece = m_report.pieces[row.piece];
    const QString text = (piece.path.empty() ? QString() : toText(piece.path) + u": "_s)
        + singleLine(piece.text, 200);
    const QString note = pieceNote(*m_trace, m_query, m_report, piece);
    switch (role) {
    case Qt::DisplayRole:
        return text;
    case NoteRole:
        return note;
    case Qt::AccessibleTextRole:
        return note.isEmpty() ? text : text + u". "_s + note;
    case SpanRole:
        return SpanId().value;
    default:
        return {};
    }
}

QVariant OriginsModel::findData(const Origin& find, int role) const
{
    const QString excerpt = toText(find.excerpt);
    const auto characters = [&](std::size_t bytes) {
        return toText(std::string_view(find.excerpt).substr(0, bytes)).size();
    };
    QString where = toText(find.label);
    if (!find.path.empty())
        where += u", "_s + toText(find.path);
    switch (role) {
    case Qt::DisplayRole:
        return singleLine(m_trace->name(find.span), 120);
    case SpanRole:
        return find.span.value;
    case WhereRole:
        return where;
    case GiverRole:
        return giverText(find.giver);
    case NoteRole:
        return find.copies == 0 ? likenessText(find)
            : find.copies == 1
            ? tr("%1, then sent along once").arg(likenessText(find))
            : tr("%1, then sent along %2 times")
                  .arg(likenessText(find), formatCount(static_cast<std::int64_t>(find.copies)));
    case IsFirstRole:
        return find.isFirst;
    case ConfidenceRole:
        return find.confidence;
    case CertaintyRole:
        return certaintyText(find.confidence);
    case ExcerptRole:
        return excerpt;
    case MarkStartRole:
        return static_cast<int>(characters(find.markOffset));
    case MarkLengthRole:
        return static_cast<int>(characters(find.markOffset + find.markLength)
                                - characters(find.markOffset));
    case Qt::AccessibleTextRole:
        return QStringList {singleLine(m_trace->name(find.span), 120),
                            where,
                            find.isFirst ? tr("first") : giverText(find.giver),
                            likenessText(find),
                            certaintyText(find.confidence),
                            excerpt}
            .join(u", "_s);
    default:
        return {};
    }
}

} // namespace gui
