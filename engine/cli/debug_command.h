#pragma once

#include "engine/cli/command.h"
#include "engine/cli/debugger/debug_console.h"

#include <string>
#include <vector>

namespace engine::cli {

/// `kymo debug`: the line debugger, on an agent, a recording, or a run that listens.
class DebugCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    ExitCode list(CommandContext& context) const;
    [[nodiscard]] bool check(CommandContext& context);
    [[nodiscard]] ExitCode openTrace(DebugConsole::Manner& manner, CommandContext& context) const;
    [[nodiscard]] ExitCode exitCode(const DebugConsole& console) const;

    std::string m_agent;
    std::string m_input;
    std::string m_record;
    std::string m_script;
    std::string m_breakpoints;
    std::string m_socket;
    std::string m_session;
    std::vector<std::string> m_names; ///< of the agent's tools and agents
    bool m_isBatch = false;
    bool m_lists = false;
    bool m_isJson = false;
};

} // namespace engine::cli
