#pragma once

#include "engine/cli/command.h"

#include <string>

namespace engine::cli {

/// `kymo check`: says what is wrong with the configuration of an agent, without running it.
class CheckCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_agent;
    bool m_isJson = false;
    bool m_isStrict = false;
};

} // namespace engine::cli
