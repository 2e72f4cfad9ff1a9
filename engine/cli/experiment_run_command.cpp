#include "engine/cli/experiment_run_command.h"

#include "engine/cli/agreement.h"
#include "engine/cli/experiment_output.h"
#include "engine/cli/interrupt_watch.h"
#include "engine/cli/run_world.h"
#include "engine/experiment/experiment_file.h"
#include "engine/experiment/score_run.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace engine::cli {

using tracestore::safeLine;

namespace {

    /// Whether nothing can go outside but by a judge: recordings answer.
    bool isReplayOnly(const Experiment& experiment)
    {
        const bool asksJudges = std::ranges::any_of(experiment.scorers, [](const Scorer& scorer) {
            return std::holds_alternative<JudgeScorer>(scorer.rule);
        });
        return experiment.replay && isAllRecorded(*experiment.replay) && !asksJudges;
    }

    /// A line for each run, when it has all of its scores.
    class RunTeller
    {
    public:
        RunTeller(const ExperimentRunner& runner, const Experiment& experiment, Output& err)
            : m_runner(runner)
            , m_experiment(experiment)
            , m_err(err)
            , m_told(static_cast<std::size_t>(std::ranges::count_if(
                  runner.results(), [&](const RunResult& result) { return isWhole(result); })))
        { }

        void tell(const RunResult& result)
        {
            if (!isWhole(result))
                return;
            m_err.line('[' + std::to_string(++m_told) + '/' + std::to_string(m_runner.planned())
                       + "] " + runLine(result, m_experiment.scorers));
            m_err.flush();
        }

    private:
        [[nodiscard]] bool isWhole(const RunResult& result) const
        {
            return missingScores(m_experiment, result).empty();
        }

        const ExperimentRunner& m_runner;
        const Experiment& m_experiment;
        Output& m_err;
        std::size_t m_told; ///< with those of earlier; others that have ended wait for scores
    };

} // namespace

void ExperimentRunCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_file, "The experiment: a *.experiment.json")->required();
    app.add_option("--out",
                   m_out,
                   "The folder for runs and results (NAME.runs beside the file); what is there is "
                   "not made again");
    app.add_option("--shard", m_shard, "One piece of several, cut by task: 2/5")
        ->option_text("I/N");
    app.add_flag("--trial", m_isTrial, "One run of each variant, to learn what the rest will take");
    app.add_flag("--yes", m_isAgreed, "Run it without asking");
    app.add_flag("--json", m_isJson, "At the end an object with how it stands");
    app.add_flag("--quiet", m_isQuiet, "No line for each run");
}

std::optional<ExperimentPlan> ExperimentRunCommand::plan(CommandContext& context) const
{
    ExperimentReading reading = readExperimentFile(m_file);
    for (const ConfigProblem& problem : reading.problems)
        context.err.line(safeLine(toText(problem, m_file)));
    if (!reading.experiment)
        return {};
    ExperimentPlan plan {.experiment = std::move(*reading.experiment),
                         .folder = m_out,
                         .shard = {},
                         .isTrial = m_isTrial};
    if (!m_shard.empty()) {
        const auto shard = shardOf(m_shard);
        if (!shard) {
            context.err.line("kymo: " + safeLine(shard.error().message));
            return {};
        }
        plan.shard = *shard;
    }
    if (plan.folder.empty()) {
        plan.folder = folderOf(m_file);
        if (plan.shard.count > 1)
            plan.folder
                += '.' + std::to_string(plan.shard.index) + "of" + std::to_string(plan.shard.count);
    }
    return plan;
}

ExitCode ExperimentRunCommand::run(CommandContext& context)
{
    auto plan = this->plan(context);
    if (!plan)
        return ExitCode::Usage;
    const CommandLoop loop;
    CommandWorld world;
    const std::string folder = plan->folder.string();
    ExperimentRunner runner(std::move(*plan), world.forRun());
    if (const auto opened = runner.open(); !opened) {
        context.err.line("kymo: " + safeLine(opened.error().message));
        return ExitCode::Usage;
    }
    if (!m_isQuiet)
        context.err.line("Runs and results are in " + safeLine(folder) + '.');
    ExitCode code = ExitCode::Done;
    if (!isAgreed(runner, runner.experiment(), context, code))
        return code;
    return runAll(runner, context);
}

/// What costs nothing needs no agreement.
bool ExperimentRunCommand::isAgreed(const ExperimentRunner& runner,
                                    const Experiment& experiment,
                                    CommandContext& context,
                                    ExitCode& code) const
{
    const SpendingEstimate rest = runner.estimate();
    if (!m_isQuiet) {
        context.err.line(safeLine(estimateText(rest)));
        if (experiment.replay) {
            for (const std::string& sentence :
                 describe(*experiment.replay, experiment.variants.front().config))
                context.err.line(safeLine(sentence));
        }
    }
    if (m_isAgreed || rest.isFree() || isReplayOnly(experiment))
        return true;
    switch (askToAgree("Run it?", context.err)) {
    case Agreement::Given:
        return true;
    case Agreement::Refused:
        context.err.line("Nothing was run.");
        code = ExitCode::Cancelled;
        return false;
    default:
        context.err.line("kymo: Nobody is there to agree to it. --yes runs it.");
        code = ExitCode::Usage;
        return false;
    }
}

ExitCode ExperimentRunCommand::runAll(ExperimentRunner& runner, CommandContext& context) const
{
    bool isInterrupted = false;
    RunTeller teller(runner, runner.experiment(), context.err);
    QObject::connect(
        &runner, &ExperimentRunner::resultChanged, &runner, [&](const RunResult& result) {
            if (!m_isQuiet)
                teller.tell(result);
        });
    InterruptWatch interrupt;
    QObject::connect(&interrupt, &InterruptWatch::interrupted, &runner, [&] {
        isInterrupted = true;
        runner.stop();
    });
    QObject::connect(&runner,
                     &ExperimentRunner::finished,
                     &runner,
                     &QCoreApplication::quit,
                     Qt::QueuedConnection);
    runner.start();
    QCoreApplication::exec();
    return finish(runner, isInterrupted, context);
}

ExitCode ExperimentRunCommand::finish(const ExperimentRunner& runner,
                                      bool isInterrupted,
                                      CommandContext& context) const
{
    const ExperimentStatus status = runner.status();
    if (!runner.problem().empty())
        context.err.line("kymo: " + safeLine(runner.problem()));
    if (m_isJson) {
        nlohmann::json value = experimentJson(status);
        value["problem"]
            = runner.problem().empty() ? nlohmann::json() : nlohmann::json(runner.problem());
        value["is_budget_used"] = runner.isBudgetUsed();
        value["folder"] = runner.folder().string();
        context.out.line(tracestore::toJsonText(value, 2));
    } else {
        writeExperiment(status, context.err);
    }
    if (isInterrupted) {
        context.err.line("It was stopped. The same command goes on with it.");
        return ExitCode::Cancelled;
    }
    return runner.problem().empty() ? ExitCode::Done : ExitCode::Failed;
}

} // namespace engine::cli
