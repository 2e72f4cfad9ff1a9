#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Sessions of Google's Agent Development Kit: a document with `events`, or events alone. Each
/// invocation is a turn with the agents that acted in it; a transfer is a hand-off from one to the
/// next.
class AdkImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "adk"; }

    [[nodiscard]] std::string_view name() const override { return "Google ADK session"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "Google Agent Development Kit: saved sessions (session.json)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
