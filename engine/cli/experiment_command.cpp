#include "engine/cli/experiment_command.h"

#include "engine/cli/experiment_report_command.h"
#include "engine/cli/experiment_run_command.h"
#include "engine/cli/experiment_score_command.h"
#include "engine/cli/experiment_status_command.h"

#include <CLI/CLI.hpp>

namespace engine::cli {

ExperimentCommand::ExperimentCommand()
{
    m_words.push_back({"run",
                       "Make the runs of an experiment that are not made yet",
                       std::make_unique<ExperimentRunCommand>()});
    m_words.push_back({"status",
                       "Say how far an experiment is, and what it cost",
                       std::make_unique<ExperimentStatusCommand>()});
    m_words.push_back(
        {"report",
         "Compare the variants of an experiment: what differs, and what cannot be told",
         std::make_unique<ExperimentReportCommand>()});
    m_words.push_back({"score",
                       "Score the runs of an experiment anew, without running anything",
                       std::make_unique<ExperimentScoreCommand>()});
}

ExperimentCommand::~ExperimentCommand() = default;

void ExperimentCommand::addTo(CLI::App& app)
{
    app.require_subcommand(1);
    for (Word& word : m_words) {
        word.app = app.add_subcommand(word.name, word.description);
        word.command->addTo(*word.app);
    }
}

ExitCode ExperimentCommand::run(CommandContext& context)
{
    for (Word& word : m_words) {
        if (word.app->parsed())
            return word.command->run(context);
    }
    return ExitCode::Usage;
}

} // namespace engine::cli
