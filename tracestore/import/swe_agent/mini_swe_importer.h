#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Reads the trajectories of mini-swe-agent: documents with `info` and `messages`, and the bare
/// lists of messages of its first version.
class MiniSweImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "mini-swe-agent"; }

    [[nodiscard]] std::string_view name() const override { return "mini-swe-agent trajectories"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "mini-swe-agent (.traj.json), versions 0 to 2";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
