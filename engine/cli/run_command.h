#pragma once

#include "engine/cli/command.h"

#include <string>
#include <vector>

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
    std::vector<std::string> m_allowed;
    bool m_isJson = false;
    bool m_isQuiet = false;
};

} // namespace engine::cli
