#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Chrome trace events: slices that nest by time in the lanes of threads, async slices, arrows.
class ChromeImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "chrome-trace"; }

    [[nodiscard]] std::string_view name() const override { return "Chrome trace events (JSON)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "chrome://tracing, Perfetto, PyTorch and other profilers that write trace events";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
