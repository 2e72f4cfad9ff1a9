#pragma once

#include "engine/cli/command.h"
#include "engine/experiment/experiment.h"

#include <optional>
#include <string>

namespace engine {
class ExperimentRescoring;
} // namespace engine

namespace engine::cli {

/// `kymo experiment score`: scores anew by changed scorers, or what misses scores.
class ExperimentScoreCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    bool readChanged(std::optional<Experiment>& changed, CommandContext& context) const;
    bool isAgreed(const Experiment& experiment, CommandContext& context, ExitCode& code) const;
    ExitCode scoreAll(ExperimentRescoring& scoring, CommandContext& context) const;

    std::string m_folder;
    std::string m_experiment;
    bool m_isAll = false;
    bool m_isAgreed = false;
    bool m_isJson = false;
};

} // namespace engine::cli
