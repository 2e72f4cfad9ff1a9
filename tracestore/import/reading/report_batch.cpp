#include "tracestore/import/reading/report_batch.h"

#include <algorithm>

namespace tracestore {

ReportBatch::ReportBatch(ImportReport& report,
                         FileId file,
                         std::string_view text,
                         TextOrigin origin)
    : m_report(report)
    , m_file(file)
    , m_origin(origin)
    , m_lines(text)
{ }

ReportBatch::~ReportBatch()
{
    for (ReportRow& row : m_rows)
        m_report.add(std::move(row));
}

void ReportBatch::add(ReportSeverity severity, std::size_t offset, std::string_view message)
{
    const auto known = std::ranges::find_if(m_rows, [&](const ReportRow& row) {
        return row.severity == severity && row.message == message;
    });
    if (known != m_rows.end()) {
        ++known->count;
        return;
    }
    m_rows.push_back({.severity = severity,
                      .file = m_file.value,
                      .offset = m_origin.offset + offset,
                      .line = m_origin.line - 1 + m_lines.lineAt(offset),
                      .message = std::string(message)});
}

ReportRow repairedRow(const RawRef& place)
{
    return {.severity = ReportSeverity::Guessed,
            .file = place.file.value,
            .offset = place.offset,
            .message = "A record holds text or numbers that JSON does not allow (broken Unicode, "
                       "control characters, NaN); they were replaced."};
}

} // namespace tracestore
