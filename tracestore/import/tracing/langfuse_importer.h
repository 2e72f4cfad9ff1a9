#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// What Langfuse gives for a trace (the trace with its observations), and lists of observations.
class LangfuseImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "langfuse"; }

    [[nodiscard]] std::string_view name() const override { return "Langfuse (JSON)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "the download button, the exports and the API of Langfuse";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
