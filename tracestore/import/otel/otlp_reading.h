#pragma once

#include "tracestore/import/otel/otel_assembly.h"
#include "tracestore/import/otel/otel_payloads.h"
#include "tracestore/import/reading/loaded_files.h"

namespace tracestore {

/// One import of OTLP files, whatever their encoding: the log records first, then the spans with
/// the log records of each, then what is left of the log records. One thread; use once.
class OtlpReading
{
public:
    /// All outlive this. `newDecoder` makes a reader for the records of the encoding.
    OtlpReading(const std::vector<ImportFile>& files,
                const LoadedFiles& contents,
                OtelPayloads::NewDecoder newDecoder,
                TraceBuilder& builder,
                Job& job);

    /// To be filled while the records are looked for, before run().
    OtelTables& tables() { return m_payloads->tables(); }

    /// Reads the records from where they lie. What Importer::read promises holds.
    Result<std::shared_ptr<const PayloadSource>> run(const std::vector<OtelPlace>& spans,
                                                     const std::vector<OtelPlace>& logs);

private:
    void indexLogs();
    void addSpan(const OtelPlace& place);
    void attachLogs(OtelSpan& span, std::vector<RawRef>& raw);
    void settleDouble(SpanId span, SpanId known);
    void addLooseLogs();
    void advanceTo(const RawRef& place);
    void finishProgress();
    void reportBroken(const RawRef& place, std::string what, const Error& error);
    void report(ReportSeverity severity, const RawRef& place, std::string message);

    const std::vector<ImportFile>& m_files;
    const LoadedFiles& m_contents;
    TraceBuilder& m_builder;
    Job& m_job;
    std::shared_ptr<OtelPayloads> m_payloads;
    OtelAssembly m_assembly;
    std::unique_ptr<SpanDecoder> m_decoder;
    std::unique_ptr<SpanDecoder> m_logDecoder;
    EventKeeper m_keeper;
    const std::vector<OtelPlace>* m_logs = nullptr;
    std::vector<bool> m_isLogLoose;
    std::unordered_map<std::size_t, std::uint64_t> m_done; ///< bytes of a file, by its id
    std::unordered_map<std::string, std::vector<std::size_t>> m_logsOfSpan;
};

} // namespace tracestore
