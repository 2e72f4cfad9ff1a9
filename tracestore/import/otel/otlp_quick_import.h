#pragma once

#include "tracestore/base/executor.h"
#include "tracestore/import/otel/otel_batch_taker.h"

namespace tracestore {

/// The quick way through OTLP/JSON that is in order, as nearly all is: a request a line, read in
/// windows on several threads, or one document. Nothing is kept of a file but the window that is
/// read, so neither its size nor what becomes of it matters.
class OtlpQuickImport
{
public:
    /// All outlive this.
    OtlpQuickImport(const std::vector<ImportFile>& files,
                    TraceBuilder& builder,
                    OtelPayloads& payloads,
                    Job& job,
                    Executor& executor);

    /// False where the files need the patient way: what was added to the builder and the payloads
    /// is to be thrown away then. Fails with Io and Cancelled.
    Result<bool> run();

private:
    Result<bool> readFile(const ImportFile& file);
    Result<bool> readLines(const ImportFile& file);
    Result<bool> readDocuments(const ImportFile& file);

    const std::vector<ImportFile>& m_files;
    Job& m_job;
    Executor& m_executor;
    OtelBatchTaker m_taker;
};

} // namespace tracestore
