#pragma once

#include "engine/cli/lint_output.h"
#include "engine/cli/open_input.h"

namespace engine::cli {

/// `kymo lint FILE... [--json] [--brief] [--rule ID]... [--fail-on SEVERITY]`: classic faults of
/// traces and agents.
class LintCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    [[nodiscard]] tracestore::Result<LintedFile> lint(const std::string& file,
                                                      CommandContext& context) const;
    [[nodiscard]] tracestore::Result<LintedFile> lintTrace(const std::string& file,
                                                           const tracestore::Trace& trace,
                                                           CommandContext& context) const;
    [[nodiscard]] bool failsOn(const std::vector<LintedFile>& files) const;

    std::vector<std::string> m_files;
    std::vector<std::string> m_rules;
    std::string m_failOn;
    bool m_isJson = false;
    bool m_isBrief = false;
};

} // namespace engine::cli
