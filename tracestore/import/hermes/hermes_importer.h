#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Sessions of Hermes Agent: one document with the messages of the conversation as a chat API
/// takes them, and the model, tools and system prompt beside them.
class HermesImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "hermes"; }

    [[nodiscard]] std::string_view name() const override { return "Hermes Agent session"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "session files of Hermes Agent (JSON)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
