#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Calls of models as they went over HTTP: bodies, streams, and recordings of proxies.
class HttpImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "http-recording"; }

    [[nodiscard]] std::string_view name() const override
    {
        return "Model API recordings (HTTP bodies, SSE streams)";
    }

    [[nodiscard]] std::string_view origin() const override
    {
        return "recorded bodies and streams of OpenAI, Anthropic, Gemini and APIs like theirs";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    /// The answer of a request that lies beside it, and the other way round.
    [[nodiscard]] std::vector<std::filesystem::path>
    companions(const std::filesystem::path& path) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
