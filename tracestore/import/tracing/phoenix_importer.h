#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Spans in the shape that Python's OpenTelemetry SDK prints them in, and Phoenix gives them in:
/// ids in a `context`, times as texts, attributes as an object.
class PhoenixImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "phoenix"; }

    [[nodiscard]] std::string_view name() const override { return "Phoenix spans (JSON)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "Phoenix (API and download), console exporter of OpenTelemetry for Python";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
