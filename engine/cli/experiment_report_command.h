#pragma once

#include "engine/cli/command.h"

#include <string>
#include <vector>

namespace engine {
struct ExperimentReport;
struct ReportInput;
} // namespace engine

namespace engine::cli {

/// `kymo experiment report`: what the variants differ in, and what cannot be told.
class ExperimentReportCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    [[nodiscard]] tracestore::Result<ReportInput> readInput() const;
    [[nodiscard]] tracestore::Result<ExperimentReport> makeIt(CommandContext& context) const;

    std::string m_folder;
    std::string m_against;
    std::string m_baseline;
    std::string m_html;
    std::vector<std::string> m_metrics;
    bool m_isJson = false;
};

} // namespace engine::cli
