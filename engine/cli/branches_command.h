#pragma once

#include "engine/cli/command.h"

#include <string>

namespace engine::cli {

/// `kymo branches`: the family of a recording, what was changed and what came of it.
class BranchesCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_recording;
    bool m_isJson = false;
};

} // namespace engine::cli
