#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Trajectories of the Agent Trajectory Interchange Format, 1.0 to 1.7 and what follows it. The
/// trajectories of sub-agents, within a file or in files of their own, stand below the calls that
/// started them; the parts of a trajectory that was continued in further files are one session.
class AtifImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "atif"; }

    [[nodiscard]] std::string_view name() const override { return "ATIF trajectory"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "Harbor and other runners of agents that write ATIF trajectory.json files";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    /// The files in which a trajectory goes on, and those of its sub-agents, with theirs.
    [[nodiscard]] std::vector<std::filesystem::path>
    companions(const std::filesystem::path& path) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
