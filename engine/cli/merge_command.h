#pragma once

#include "engine/cli/command.h"

#include <string>
#include <vector>

namespace engine::cli {

/// `kymo merge`: puts the pieces of an experiment together.
class MergeCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_out;
    std::vector<std::string> m_pieces;
    bool m_isJson = false;
};

} // namespace engine::cli
