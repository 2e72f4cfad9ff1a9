#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Reads the trajectories of SWE-agent: steps with the history beside them, and demonstrations
/// that are a history only.
class SweAgentImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "swe-agent"; }

    [[nodiscard]] std::string_view name() const override { return "SWE-agent trajectories"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "SWE-agent (.traj) and its demonstrations";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
