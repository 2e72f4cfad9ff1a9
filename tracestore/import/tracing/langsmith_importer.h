#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Runs of LangSmith: exports and answers of its API (flat or with child runs), and the batches
/// that its SDKs send.
class LangsmithImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "langsmith"; }

    [[nodiscard]] std::string_view name() const override { return "LangSmith runs (JSON)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "exports and the API of LangSmith, batches of its SDKs, LangChain tracers";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
