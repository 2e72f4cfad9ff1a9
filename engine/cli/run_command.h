#pragma once

#include "engine/cli/command.h"
#include "engine/cli/run_console.h"

#include <string>

namespace engine::cli {

/// `kymo run`: runs an agent, shows what it says and does, and records it.
class RunCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_agent;
    std::string m_input;
    std::string m_record;
    RunConsole::Manner m_manner;
};

} // namespace engine::cli
