#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Logs of Model Context Protocol connections: JSON-RPC messages of both sides, a line each, bare
/// or within what a logger puts around them; also single messages.
class McpImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "mcp"; }

    [[nodiscard]] std::string_view name() const override { return "MCP logs (JSON-RPC)"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "messages between an MCP client and its servers, as proxies and desktop "
               "applications log them";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
