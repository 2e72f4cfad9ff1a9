#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Traces as Jaeger's UI and API give them: spans with tags, and the processes that recorded them.
class JaegerImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "jaeger"; }

    [[nodiscard]] std::string_view name() const override { return "Jaeger (JSON)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "the download button and the API of Jaeger";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
