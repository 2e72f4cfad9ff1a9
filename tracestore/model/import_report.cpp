#include "tracestore/model/import_report.h"

#include <array>

namespace tracestore {
namespace {

    std::string keyOf(const ReportRow& row)
    {
        std::string key(toWord(row.severity));
        key += '\n' + std::to_string(row.file) + '\n' + row.field + '\n' + row.message;
        return key;
    }

} // namespace

std::string_view toWord(ReportSeverity severity)
{
    static constexpr std::array<std::string_view, 4> kWords {
        "guessed", "dropped", "broken", "note"};
    return kWords.at(static_cast<std::size_t>(severity));
}

void ImportReport::add(ReportRow row)
{
    count(row);
    std::string key = keyOf(row);
    if (const auto known = m_index.find(key); known != m_index.end()) {
        m_rows[known->second].count += row.count;
    } else if (m_rows.size() < kMaxRows) {
        m_index.emplace(std::move(key), m_rows.size());
        m_rows.push_back(std::move(row));
    } else {
        m_omitted += row.count;
    }
}

ImportReport
ImportReport::restored(std::uint64_t mapped, std::uint64_t omittedRows, std::vector<ReportRow> rows)
{
    ImportReport report;
    report.m_mapped = mapped;
    report.m_omitted = omittedRows;
    for (ReportRow& row : rows)
        report.add(std::move(row));
    return report;
}

void ImportReport::count(const ReportRow& row)
{
    switch (row.severity) {
    case ReportSeverity::Guessed:
        m_guessed += row.count;
        break;
    case ReportSeverity::Dropped:
        m_dropped += row.count;
        break;
    case ReportSeverity::Broken:
        m_broken += row.count;
        break;
    case ReportSeverity::Note:
        break;
    }
}

} // namespace tracestore
