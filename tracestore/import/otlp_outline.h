#pragma once

#include "tracestore/base/job.h"
#include "tracestore/base/json_scan.h"
#include "tracestore/import/otel_assembly.h"
#include "tracestore/import/otlp_decoder.h"

namespace tracestore {

/// Finds the records of OTLP/JSON files: export requests, a document a line, several documents or
/// an array of them, Tempo's older names. Reads resources and scopes on the way; the records
/// themselves are left as places. Damage goes to the report.
class OtlpOutline
{
public:
    /// All outlive this.
    OtlpOutline(OtelTables& tables, ImportReport& report);

    /// Scans a file's content, which has 64 readable bytes behind it. Cancelled by the job.
    Result<void> scan(FileId file, std::string_view text, const Job& job);

    [[nodiscard]] const std::vector<OtelPlace>& spans() const { return m_spans; }

    [[nodiscard]] const std::vector<OtelPlace>& logs() const { return m_logs; }

    /// Whether a text begins as OTLP/JSON.
    static bool isOtlp(std::string_view head);

private:
    enum class Signal
    {
        Spans,
        Logs,
        Metrics
    };

    static std::optional<Signal> signalOf(std::string_view key);

    void document(bool isWrapped);
    void resources(Signal signal);
    void resource(Signal signal);
    void scopes(Signal signal, std::uint32_t resource);
    void scope(Signal signal, std::uint32_t resource);
    void records(Signal signal, std::uint32_t scope);
    void add(ReportSeverity severity, std::size_t offset, std::string message);

    OtelTables& m_tables;
    ImportReport& m_report;
    OtlpDecoder m_decoder;
    std::vector<OtelPlace> m_spans;
    std::vector<OtelPlace> m_logs;

    // Of the file that is scanned.
    FileId m_file;
    std::string_view m_text;
    const Job* m_job = nullptr;
    JsonScan* m_scan = nullptr;
    LineCounter* m_lines = nullptr;
};

} // namespace tracestore
