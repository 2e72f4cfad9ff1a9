#pragma once

#include "tracestore/base/job.h"
#include "tracestore/import/otel/otel_assembly.h"
#include "tracestore/import/otel/otlp_decoder.h"
#include "tracestore/import/reading/report_batch.h"

namespace tracestore {

/// Finds the records of OTLP/JSON files: export requests, a document a line, several documents or
/// an array of them, Tempo's older names. Reads resources and scopes on the way; the records
/// themselves are left as places. Damage goes to the report.
class OtlpOutline
{
public:
    /// All outlive this.
    OtlpOutline(OtelTables& tables, ImportReport& report);

    /// Scans a file's content, which has 64 readable bytes behind it. Cancelled by the job. A part
    /// of a file begins at `origin`.
    Result<void> scan(FileId file, std::string_view text, const Job& job, TextOrigin origin = {});

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
    static bool isSign(std::string_view key, std::string_view head);

    void document(bool isWrapped);
    bool enterList();
    void resources(Signal signal);
    void resource(Signal signal);
    void scopes(Signal signal, std::uint32_t resource);
    void scope(Signal signal, std::uint32_t resource);
    void records(Signal signal, std::uint32_t scope);
    OtelTables& m_tables;
    ImportReport& m_report;
    OtlpDecoder m_decoder;
    std::vector<OtelPlace> m_spans;
    std::vector<OtelPlace> m_logs;

    // Of the file that is scanned.
    FileId m_file;
    std::uint64_t m_origin = 0;
    const Job* m_job = nullptr;
    JsonScan* m_scan = nullptr;
    ReportBatch* m_batch = nullptr;
};

} // namespace tracestore
