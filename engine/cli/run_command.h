#pragma once

#include "engine/cli/command.h"
#include "engine/cli/run_console.h"

#include <memory>
#include <string>

namespace CLI {
class Option;
} // namespace CLI

namespace engine {
class AttachServer;
} // namespace engine

namespace engine::cli {

/// `kymo run`: runs an agent, shows what it says and does, and records it.
class RunCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::unique_ptr<AttachServer>
    listen(RunSession& session, RunConsole& console, CommandContext& context) const;

    std::string m_agent;
    std::string m_input;
    std::string m_record;
    std::string m_name; ///< under which it listens
    CLI::Option* m_listen = nullptr;
    bool m_isHeld = false;
    RunConsole::Manner m_manner;
};

} // namespace engine::cli
