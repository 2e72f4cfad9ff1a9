#pragma once

#include "engine/cli/command.h"

#include <string>

namespace engine::cli {

/// `kymo experiment status`: how far it is, and what it cost.
class ExperimentStatusCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_folder;
    bool m_isJson = false;
};

} // namespace engine::cli
