#pragma once

#include "engine/cli/command.h"
#include "engine/experiment/experiment_plan.h"
#include "engine/runtime/experiment/experiment_runner.h"

#include <optional>
#include <string>

namespace engine::cli {

/// `kymo experiment run`: makes the runs that are not made yet, and scores them.
class ExperimentRunCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::optional<ExperimentPlan> plan(CommandContext& context) const;
    bool isAgreed(const ExperimentRunner& runner,
                  const Experiment& experiment,
                  CommandContext& context,
                  ExitCode& code) const;
    ExitCode runAll(ExperimentRunner& runner, CommandContext& context) const;
    ExitCode
    finish(const ExperimentRunner& runner, bool isInterrupted, CommandContext& context) const;

    std::string m_file;
    std::string m_out;
    std::string m_shard;
    bool m_isAgreed = false;
    bool m_isTrial = false;
    bool m_isJson = false;
    bool m_isQuiet = false;
};

} // namespace engine::cli
