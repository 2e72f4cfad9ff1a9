#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Spans as the JavaScript OpenTelemetry SDK holds them, dumped as JSON: `spanContext`, times as
/// pairs of seconds and nanoseconds.
class JsOtelImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "otel-js"; }

    [[nodiscard]] std::string_view name() const override
    {
        return "JavaScript OpenTelemetry spans (JSON)";
    }

    [[nodiscard]] std::string_view origin() const override
    {
        return "spans dumped by the OpenTelemetry SDK for JavaScript (Vercel AI SDK)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
