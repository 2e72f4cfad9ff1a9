#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Chats of Gemini CLI: one document, or since 0.40 a record a line, with later versions of a
/// message and rewinds in their order.
class GeminiCliImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "gemini-cli"; }

    [[nodiscard]] std::string_view name() const override { return "Gemini CLI chat"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "chats of Gemini CLI in the home folder, below .gemini/tmp";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
