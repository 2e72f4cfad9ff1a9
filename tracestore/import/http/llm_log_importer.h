#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Calls of models as gateways and agents log them: LiteLLM's StandardLoggingPayload, and the logs
/// that OpenHands keeps of each completion.
class LlmLogImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "llm-log"; }

    [[nodiscard]] std::string_view name() const override
    {
        return "LLM call logs (LiteLLM, OpenHands)";
    }

    [[nodiscard]] std::string_view origin() const override
    {
        return "LiteLLM's StandardLoggingPayload, and the completion logs of OpenHands";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
