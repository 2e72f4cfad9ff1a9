#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Chats of Grok's command line: a record a line, without times.
class GrokCliImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "grok-cli"; }

    [[nodiscard]] std::string_view name() const override { return "Grok CLI chat"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "chats of Grok's command line (chat_history.jsonl)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
