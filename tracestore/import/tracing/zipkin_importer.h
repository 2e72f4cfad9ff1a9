#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Traces of Zipkin, second JSON format.
class ZipkinImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "zipkin"; }

    [[nodiscard]] std::string_view name() const override { return "Zipkin (JSON, v2)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "the download button and the API of Zipkin, Zipkin exporters of OpenTelemetry";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
