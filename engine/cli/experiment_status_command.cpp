#include "engine/cli/experiment_status_command.h"

#include "engine/cli/experiment_output.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <CLI/CLI.hpp>

namespace engine::cli {

void ExperimentStatusCommand::addTo(CLI::App& app)
{
    app.add_option("FOLDER", m_folder, "The folder of the experiment, or its file")->required();
    app.add_flag("--json", m_isJson, "As JSON");
}

ExitCode ExperimentStatusCommand::run(CommandContext& context)
{
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::is_regular_file(m_folder, ignored)
        ? folderOf(m_folder)
        : std::filesystem::path(m_folder);
    const auto status = readExperimentStatus(folder);
    if (!status) {
        context.err.line("kymo: " + tracestore::safeLine(status.error().message));
        return ExitCode::Failed;
    }
    if (m_isJson)
        context.out.line(tracestore::toJsonText(experimentJson(*status), 2));
    else
        writeExperiment(*status, context.out);
    return ExitCode::Done;
}

} // namespace engine::cli
