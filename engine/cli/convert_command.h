#pragma once

#include "engine/cli/command.h"

namespace engine::cli {

/// `kymo convert IN OUT [--to FORMAT] [--strict]`: the same trace in another format.
class ConvertCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_in;
    std::string m_out;
    std::string m_format;
    bool m_isStrict = false;
};

} // namespace engine::cli
