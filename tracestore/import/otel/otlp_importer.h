#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// OTLP/JSON: spans, with the log records that belong to them.
class OtlpImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "otlp"; }

    [[nodiscard]] std::string_view name() const override { return "OpenTelemetry (OTLP/JSON)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "OpenTelemetry SDKs and the file exporter of the collector";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    readParallel(const std::vector<ImportFile>& files,
                 TraceBuilder& builder,
                 Job& job,
                 Executor& executor) const override;

    bool savePayloads(const PayloadSource& payloads, BinaryWriter& to) const override;

    [[nodiscard]] std::shared_ptr<const PayloadSource>
    restorePayloads(const std::vector<ImportFile>& files, BinaryReader& from) const override;
};

} // namespace tracestore
