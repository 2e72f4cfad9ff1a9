#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// What OpenHands tells of its conversations: the events of version 0 (a trajectory, the records of
/// an evaluation with their `history`, older lists of action and observation) and those of the
/// version 1 SDK (a line each, or a file each in a folder). Each conversation is a session.
class OpenHandsImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "openhands"; }

    [[nodiscard]] std::string_view name() const override { return "OpenHands trajectory"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "OpenHands: trajectories, evaluation output.jsonl, events of the SDK";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
