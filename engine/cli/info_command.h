#pragma once

#include "engine/cli/open_input.h"

namespace engine::cli {

/// `kymo info FILE... [--json] [--strict]`: what a trace holds, in numbers.
class InfoCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    InputOptions m_input;
    bool m_isJson = false;
};

} // namespace engine::cli
