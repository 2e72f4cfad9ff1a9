#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Chats of Qwen Code: lines with uuid and parentUuid as Claude Code writes them, messages as
/// Gemini writes them. A line whose parent is not the line before it goes back to that parent.
class QwenCodeImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "qwen-code"; }

    [[nodiscard]] std::string_view name() const override { return "Qwen Code chat"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "chats of Qwen Code in the home folder, below .qwen";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
