#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Sessions of OpenCode: its storage, which keeps sessions, messages and parts of messages as a
/// file each, and the document that `opencode export` prints. A session that another one started is
/// shown below the call that started it.
class OpenCodeImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "opencode"; }

    [[nodiscard]] std::string_view name() const override { return "OpenCode session"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "OpenCode: its storage folder, or what `opencode export` prints";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    /// The messages of a session and their parts, and those of the sessions that it started.
    [[nodiscard]] std::vector<std::filesystem::path>
    companions(const std::filesystem::path& path) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
