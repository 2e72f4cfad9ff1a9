#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// OTLP in its protobuf encoding: spans, with the log records that belong to them.
class OtlpProtoImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "otlp-protobuf"; }

    [[nodiscard]] std::string_view name() const override { return "OpenTelemetry (OTLP protobuf)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "recorded OTLP requests, and the collector's file exporter with format proto";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
