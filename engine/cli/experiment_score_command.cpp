#include "engine/cli/experiment_score_command.h"

#include "engine/cli/agreement.h"
#include "engine/cli/experiment_output.h"
#include "engine/cli/interrupt_watch.h"
#include "engine/cli/run_world.h"
#include "engine/experiment/experiment_file.h"
#include "engine/runtime/experiment/experiment_rescoring.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace engine::cli {

using tracestore::safeLine;

void ExperimentScoreCommand::addTo(CLI::App& app)
{
    app.add_option("FOLDER", m_folder, "The folder of the experiment")->required();
    app.add_option("--experiment",
                   m_experiment,
                   "The experiment's file with other scorers, or with other things that tasks "
                   "expect; what equal scorers said stays");
    app.add_flag("--all", m_isAll, "By all scorers, also by those that have not changed");
    app.add_flag("--yes", m_isAgreed, "Ask judges without asking here");
    app.add_flag("--json", m_isJson, "At the end an object with how it stands");
}

bool ExperimentScoreCommand::readChanged(std::optional<Experiment>& changed,
                                         CommandContext& context) const
{
    if (m_experiment.empty())
        return true;
    ExperimentReading reading = readExperimentFile(m_experiment);
    for (const ConfigProblem& problem : reading.problems)
        context.err.line(safeLine(toText(problem, m_experiment)));
    changed = std::move(reading.experiment);
    return changed.has_value();
}

/// Judges cost money; how much is not known before they were asked.
bool ExperimentScoreCommand::isAgreed(const Experiment& experiment,
                                      CommandContext& context,
                                      ExitCode& code) const
{
    const bool asksJudges = std::ranges::any_of(experiment.scorers, [](const Scorer& scorer) {
        return std::holds_alternative<JudgeScorer>(scorer.rule);
    });
    if (m_isAgreed || !asksJudges || experiment.isScripted())
        return true;
    switch (askToAgree("Judges are asked, which costs. Score?", context.err)) {
    case Agreement::Given:
        return true;
    case Agreement::Refused:
        context.err.line("Nothing was scored.");
        code = ExitCode::Cancelled;
        return false;
    default:
        context.err.line("kymo: Judges are asked, which costs, and nobody is there to agree to "
                         "it. --yes asks them.");
        code = ExitCode::Usage;
        return false;
    }
}

ExitCode ExperimentScoreCommand::run(CommandContext& context)
{
    std::optional<Experiment> changed;
    if (!readChanged(changed, context))
        return ExitCode::Usage;
    ExitCode code = ExitCode::Done;
    const auto there = readExperimentFolder(m_folder);
    if (!there) {
        context.err.line("kymo: " + safeLine(there.error().message));
        return ExitCode::Usage;
    }
    if (!isAgreed(changed ? *changed : there->experiment, context, code))
        return code;
    const CommandLoop loop;
    CommandWorld world;
    ExperimentRescoring scoring(m_folder, world.forRun());
    if (const auto opened = scoring.open(std::move(changed), m_isAll); !opened) {
        context.err.line("kymo: " + safeLine(opened.error().message));
        return ExitCode::Usage;
    }
    return scoreAll(scoring, context);
}

ExitCode ExperimentScoreCommand::scoreAll(ExperimentRescoring& scoring,
                                          CommandContext& context) const
{
    bool isInterrupted = false;
    InterruptWatch interrupt;
    QObject::connect(&interrupt, &InterruptWatch::interrupted, &scoring, [&] {
        isInterrupted = true;
        scoring.stop();
    });
    QObject::connect(&scoring,
                     &ExperimentRescoring::finished,
                     &scoring,
                     &QCoreApplication::quit,
                     Qt::QueuedConnection);
    scoring.start();
    QCoreApplication::exec();
    if (!scoring.problem().empty())
        context.err.line("kymo: " + safeLine(scoring.problem()));
    context.err.line(std::to_string(scoring.scored()) + " runs were scored.");
    if (m_isJson) {
        if (const auto status = readExperimentStatus(m_folder))
            context.out.line(tracestore::toJsonText(experimentJson(*status), 2));
    }
    if (isInterrupted)
        return ExitCode::Cancelled;
    return scoring.problem().empty() ? ExitCode::Done : ExitCode::Failed;
}

} // namespace engine::cli
