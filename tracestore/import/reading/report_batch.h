#pragma once

#include "tracestore/base/json_scan.h"
#include "tracestore/model/import_report.h"
#include "tracestore/model/span.h"

namespace tracestore {

/// Where a text begins in its file.
struct TextOrigin
{
    std::uint64_t offset = 0;
    std::uint64_t line = 1;
};

/// Gathers what there is to say of one file and hands it to the report when it goes: a file of
/// rubbish has millions of faults, and a row for each sort is enough.
class ReportBatch
{
public:
    /// Both outlive this.
    ReportBatch(ImportReport& report, FileId file, std::string_view text, TextOrigin origin = {});
    ReportBatch(const ReportBatch&) = delete;
    ReportBatch& operator=(const ReportBatch&) = delete;
    ~ReportBatch();

    /// The first place of each message is kept, and how often it came.
    void add(ReportSeverity severity, std::size_t offset, std::string_view message);

    void add(const JsonDamage& damage)
    {
        add(ReportSeverity::Broken, damage.offset, messageOf(damage.fault));
    }

private:
    ImportReport& m_report;
    FileId m_file;
    TextOrigin m_origin;
    LineCounter m_lines;
    std::vector<ReportRow> m_rows;
};

/// The row of a record that could be read only after repairedJson().
ReportRow repairedRow(const RawRef& place);

} // namespace tracestore
