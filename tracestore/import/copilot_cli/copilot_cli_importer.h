#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Event logs of the GitHub Copilot CLI. Sub-agents stand below the calls that started them.
class CopilotCliImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "copilot-cli"; }

    [[nodiscard]] std::string_view name() const override { return "GitHub Copilot CLI session"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "sessions of the GitHub Copilot CLI in the home folder (events.jsonl)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
