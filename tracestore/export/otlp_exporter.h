#pragma once

#include "tracestore/export/exporter.h"

namespace tracestore {

/// OTLP/JSON, one export request: the source's attributes as they were, and beside them what is
/// known in the words of the current GenAI conventions. README.md of this folder says what goes
/// where.
class OtlpExporter : public Exporter
{
public:
    [[nodiscard]] std::string_view id() const override { return "otlp"; }

    [[nodiscard]] std::string_view name() const override { return "OpenTelemetry (OTLP/JSON)"; }

    [[nodiscard]] std::vector<std::string_view> extensions() const override
    {
        return {".otlp.json", ".json"};
    }

    [[nodiscard]] Result<void> write(const Trace& trace, ByteSink& sink, Job& job) const override;
};

} // namespace tracestore
