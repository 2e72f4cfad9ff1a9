#pragma once

#include "engine/cli/command.h"
#include "engine/replay/in_doubt_choice.h"

#include <string>
#include <vector>

namespace engine::cli {

/// `kymo resume`: goes on with a run that was interrupted, in the file where it was recorded.
class ResumeCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_record;
    std::string m_agent;
    std::string m_input;
    InDoubtChoice m_inDoubt = InDoubtChoice::Ask;
    std::vector<std::string> m_allowed;
    bool m_isJson = false;
    bool m_isQuiet = false;
};

} // namespace engine::cli
