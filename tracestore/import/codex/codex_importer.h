#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Rollouts of Codex as it keeps them, a file for each thread: of today (enveloped records), older
/// ones (bare items, or one document), and what `codex exec --json` prints. Threads that others
/// started stand below the calls that started them, where they are opened together.
class CodexImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "codex"; }

    [[nodiscard]] std::string_view name() const override { return "Codex session"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "sessions of the Codex CLI in the home folder, below .codex/sessions, and what "
               "codex exec --json prints";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    /// The files of the threads that this one started, or that were forked from it.
    [[nodiscard]] std::vector<std::filesystem::path>
    companions(const std::filesystem::path& path) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
