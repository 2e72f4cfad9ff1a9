#pragma once

#include "tracestore/import/otel/otel_batch.h"
#include "tracestore/import/otel/otel_payloads.h"
#include "tracestore/import/otel/otlp_outline.h"

namespace tracestore {

/// Takes the batches of an import in the order of the files, and reads the lines that were too hard
/// for the quick way. One thread at a time.
class OtelBatchTaker
{
public:
    /// All outlive this.
    OtelBatchTaker(const std::vector<ImportFile>& files,
                   TraceBuilder& builder,
                   OtelPayloads& payloads,
                   Job& job);

    /// Begins with the next file.
    Result<void> startFile(const ImportFile& file);

    /// Takes rows and texts off the batch.
    Result<void> take(OtelBatch& batch);

    /// All files have been taken.
    Result<void> finish();

    /// There is something that has to be known before spans are mapped: log records. What was taken
    /// is to be thrown away.
    [[nodiscard]] bool needsPatience() const { return m_needsPatience; }

private:
    std::vector<std::uint32_t> scopesOf(const OtelBatch& batch);
    std::uint32_t resourceOf(const std::string& json);
    void addRow(OtelRow& row);
    void addHardLines(const OtelBatch::HardLines& lines);
    Result<void> readHardLines();
    Result<std::uint64_t> lineAt(std::uint64_t offset);
    void settleDouble(SpanId span, SpanId known);

    const std::vector<ImportFile>& m_files;
    TraceBuilder& m_builder;
    OtelPayloads& m_payloads;
    Job& m_job;
    OtelAssembly m_assembly;
    OtlpDecoder m_decoder;
    const ImportFile* m_file = nullptr;
    std::unordered_map<std::string, std::uint32_t> m_resources; ///< by their JSON
    std::unordered_map<std::string, std::uint32_t> m_scopes; ///< by resource and JSON
    std::optional<OtelBatch::HardLines> m_hardLines; ///< read when it is known where they end
    std::uint64_t m_countedTo = 0; ///< of the file, for line numbers
    std::uint64_t m_line = 1;
    bool m_needsPatience = false;
};

} // namespace tracestore
