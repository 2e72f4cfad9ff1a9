#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Sessions of Claude Code as it keeps them (a line of JSON for everything that happened), with
/// the files of their sub-agents; and what `claude -p --output-format stream-json` prints. A folder
/// is opened as its sessions, each with its sub-agents below the calls that started them.
class ClaudeCodeImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "claude-code"; }

    [[nodiscard]] std::string_view name() const override { return "Claude Code session"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "sessions of Claude Code in the home folder, below .claude/projects";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    /// The files of a session's sub-agents: below `<session>/subagents`, and of older versions
    /// `agent-*.jsonl` beside it whose lines name the session.
    [[nodiscard]] std::vector<std::filesystem::path>
    companions(const std::filesystem::path& path) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;

    bool savePayloads(const PayloadSource& payloads, BinaryWriter& to) const override;

    [[nodiscard]] std::shared_ptr<const PayloadSource>
    restorePayloads(const std::vector<ImportFile>& files, BinaryReader& from) const override;
};

} // namespace tracestore
