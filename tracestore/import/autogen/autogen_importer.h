#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Reads the chats of teams of agents as AutoGen and Magentic-One write them: a history of who
/// said what, with the verdict on the run and its first mistake where somebody has judged it.
class AutogenImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "autogen-chat"; }

    [[nodiscard]] std::string_view name() const override { return "AutoGen chats"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "AutoGen group chats and Magentic-One (histories, Who&When)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
