#pragma once

#include "engine/cli/open_input.h"

namespace engine::cli {

/// `kymo stats FILE [--by model|tool|agent|session|kind] [--json]`: tokens, cost, calls, errors and
/// latency, in all and by what.
class StatsCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::string m_file;
    std::string m_by;
    bool m_isJson = false;
};

} // namespace engine::cli
