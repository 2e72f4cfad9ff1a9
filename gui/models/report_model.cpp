#include "gui/models/report_model.h"

#include "gui/theme/format.h"

#include <QFileInfo>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::ReportRow;
using tracestore::ReportSeverity;

namespace {

    QString severityName(ReportSeverity severity)
    {
        switch (severity) {
        case ReportSeverity::Guessed:
            return ReportModel::tr("Guessed");
        case ReportSeverity::Dropped:
            return ReportModel::tr("Left out");
        case ReportSeverity::Broken:
            return ReportModel::tr("Broken");
        case ReportSeverity::Note:
            return ReportModel::tr("Note");
        }
        return {};
    }

} // namespace

ReportModel::ReportModel(tracestore::TracePtr trace, QObject* parent)
    : QAbstractTableModel(parent)
    , m_trace(std::move(trace))
{ }

int ReportModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_trace->report().rows().size());
}

int ReportModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ReportModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole && index.column() == CountColumn)
        return int(Qt::AlignVCenter | Qt::AlignRight);
    if (role != Qt::DisplayRole)
        return {};
    const ReportRow& row = m_trace->report().rows()[static_cast<std::size_t>(index.row())];
    switch (index.column()) {
    case SeverityColumn:
        return severityName(row.severity);
    case CountColumn:
        return formatCount(static_cast<std::int64_t>(row.count));
    case MessageColumn:
        return singleLine(row.message, 1000);
    case FieldColumn:
        return singleLine(row.field, 200);
    case PlaceColumn:
        return place(row);
    default:
        return {};
    }
}

QVariant ReportModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case SeverityColumn:
        return tr("Kind");
    case CountColumn:
        return tr("Count");
    case MessageColumn:
        return tr("What");
    case FieldColumn:
        return tr("Field");
    case PlaceColumn:
        return tr("Where (first)");
    default:
        return {};
    }
}

QString ReportModel::place(const ReportRow& row) const
{
    const auto& files = m_trace->origin().files;
    QString text;
    if (files.size() > 1 && row.file < files.size())
        text = QFileInfo(toText(files[row.file])).fileName() + u' ';
    if (row.line)
        return text + tr("line %1").arg(formatCount(static_cast<std::int64_t>(*row.line)));
    if (row.offset)
        return text + tr("byte %1").arg(formatCount(static_cast<std::int64_t>(*row.offset)));
    return text.trimmed();
}

QString reportSummary(const tracestore::ImportReport& report)
{
    QStringList parts;
    const auto add = [&](std::uint64_t count, const QString& word) {
        if (count > 0)
            parts << formatCount(static_cast<std::int64_t>(count)) + u' ' + word;
    };
    add(report.broken(), ReportModel::tr("broken"));
    add(report.dropped(), ReportModel::tr("left out"));
    add(report.guessed(), ReportModel::tr("guessed"));
    return parts.isEmpty() ? ReportModel::tr("everything read") : parts.join(u", "_s);
}

} // namespace gui
