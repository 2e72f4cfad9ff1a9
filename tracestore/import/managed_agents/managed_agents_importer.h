#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Events of Anthropic's managed agents: as they came from the stream, a line each, or as calls of
/// the client library that created the session, sent to it and listened.
class ManagedAgentsImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "managed-agents"; }

    [[nodiscard]] std::string_view name() const override
    {
        return "Anthropic managed agents (session events)";
    }

    [[nodiscard]] std::string_view origin() const override
    {
        return "the event stream of a managed agent's session, recorded by its client";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
