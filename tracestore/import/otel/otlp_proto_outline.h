#pragma once

#include "tracestore/base/job.h"
#include "tracestore/import/otel/otel_assembly.h"
#include "tracestore/import/otel/otlp_proto_decoder.h"

#include <optional>

namespace tracestore {

class ProtoScan;

/// How export requests lie in a file.
enum class ProtoFraming
{
    Bare, ///< one request is the whole file
    Length32, ///< each behind its length in four bytes, big-endian: the collector's file exporter
    Varint ///< each behind its length as a varint
};

/// Finds the records of OTLP in protobuf: export requests of spans and of log records. Reads
/// resources and scopes on the way; the records are left as places. Damage goes to the report.
class OtlpProtoOutline
{
public:
    /// All outlive this.
    OtlpProtoOutline(OtelTables& tables, ImportReport& report);

    /// Scans a file's content. Cancelled by the job.
    Result<void> scan(FileId file, std::string_view bytes, const Job& job);

    [[nodiscard]] const std::vector<OtelPlace>& spans() const { return m_spans; }

    [[nodiscard]] const std::vector<OtelPlace>& logs() const { return m_logs; }

    /// How the requests lie in a file that begins so; nothing where it is not OTLP. Nothing in
    /// protobuf says what a message is: it is told by the shape of the first record.
    static std::optional<ProtoFraming> framingOf(std::string_view head);

private:
    enum class Signal
    {
        Spans,
        Logs,
        Metrics
    };

    static std::optional<Signal> signalOf(std::string_view record);
    static std::optional<Signal> signalOfRequest(std::string_view head);

    void request(std::string_view bytes);
    void resource(std::string_view bytes, Signal signal);
    void scope(std::string_view bytes, Signal signal, std::uint32_t resource);
    void record(const ProtoScan& field, Signal signal, std::uint32_t scope);
    void settleEnd(const ProtoScan& scan, std::string_view bytes);
    [[nodiscard]] std::size_t offsetOf(std::string_view bytes) const;
    void report(ReportSeverity severity, std::size_t offset, std::string_view message);

    OtelTables& m_tables;
    ImportReport& m_report;
    OtlpProtoDecoder m_decoder;
    std::vector<OtelPlace> m_spans;
    std::vector<OtelPlace> m_logs;

    // Of the file that is scanned.
    FileId m_file;
    std::string_view m_content;
    const Job* m_job = nullptr;
    bool m_isCutSaid = false; ///< of the request that is read
};

} // namespace tracestore
