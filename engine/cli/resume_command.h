#pragma once

#include "engine/cli/command.h"
#include "engine/cli/run_console.h"

#include <string>

namespace engine {
struct ResumedRun;
} // namespace engine

namespace engine::cli {

/// `kymo resume`: goes on with a run that was interrupted, in the file where it was recorded.
class ResumeCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    ExitCode tellAnswer(const ResumedRun& resumed, CommandContext& context) const;

    std::string m_record;
    std::string m_agent;
    std::string m_input;
    std::string m_inDoubtWord = "ask";
    RunConsole::Manner m_manner;
};

} // namespace engine::cli
