#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Traces of the OpenAI Agents SDK: what its exporter sends, one record a line, and dumps in which
/// each trace holds its spans.
class OpenAiAgentsImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "openai-agents"; }

    [[nodiscard]] std::string_view name() const override
    {
        return "OpenAI Agents SDK traces (JSON)";
    }

    [[nodiscard]] std::string_view origin() const override
    {
        return "trace exporters of the OpenAI Agents SDK for Python and JavaScript";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
