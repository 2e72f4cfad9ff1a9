#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Session logs of pi and of programs that write as it does: OpenClaw, Droid. A line each for what
/// happened; since version 2 the lines are a tree in which the user may go back and go on from an
/// earlier one: what was left is a branch.
class PiImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "pi"; }

    [[nodiscard]] std::string_view name() const override { return "pi session"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "session files of pi, OpenClaw and Droid";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
