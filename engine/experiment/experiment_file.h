#pragma once

#include "engine/config/config_problem.h"
#include "engine/experiment/experiment.h"

#include <functional>
#include <optional>

namespace engine {

/// An experiment as far as it could be read, and everything that is wrong with it.
struct ExperimentReading
{
    std::optional<Experiment> experiment; ///< only where no problem is an error
    std::vector<ConfigProblem> problems; ///< with line, and what to do
};

/// Where the files come from that an experiment names.
struct ExperimentSources
{
    /// The text of a configuration and the folder its paths are read from; `owner` is
    /// `variant NAME` or `judge NAME`. Comments may stand in it.
    struct AgentText
    {
        std::string text;
        std::filesystem::path folder;
    };

    std::function<tracestore::Result<AgentText>(const std::string& owner,
                                                const std::filesystem::path& file)>
        agent;
    std::function<tracestore::Result<std::vector<ExperimentTask>>(
        const std::filesystem::path& file)>
        tasks;
    bool isPatched = false; ///< configurations have their changes already
};

/// Reads an experiment file (README.md): JSON with comments. All that it names is read as well.
/// Any thread.
ExperimentReading readExperimentFile(const std::filesystem::path& file);

/// The same of its text, and of what `sources` give for the files that it names.
ExperimentReading readExperimentText(std::string_view text,
                                     const std::filesystem::path& file,
                                     const ExperimentSources& sources);

/// For those who want the experiment only: Invalid with a line for each error.
tracestore::Result<Experiment> readExperiment(const std::filesystem::path& file);

} // namespace engine
