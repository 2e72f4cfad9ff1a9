#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Reads conversations that are lists of messages: fine-tuning files of OpenAI, ShareGPT, runs of
/// tau-bench, the body of a chat request, a bare list. Each list is a session.
class ChatImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "chat"; }

    [[nodiscard]] std::string_view name() const override { return "Chat messages"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "tau-bench results, OpenAI fine-tuning files, ShareGPT, lists of chat messages";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
