#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Wire logs of Kimi Code: prompts, requests to the model with each attempt, and what came back.
class KimiCodeImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "kimi-code"; }

    [[nodiscard]] std::string_view name() const override { return "Kimi Code session"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "sessions of Kimi Code in the home folder (wire.jsonl)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
