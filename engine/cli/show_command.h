#pragma once

#include "engine/cli/command.h"

#include <optional>

namespace engine::cli {

/// `kymo show FILE [SPAN] [--depth N] [--json] [--strict]`: the tree of steps, or all of one step.
class ShowCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    ExitCode showOne(const tracestore::Trace& trace, CommandContext& context) const;

    std::string m_file;
    std::string m_step;
    std::optional<std::size_t> m_depth;
    bool m_isJson = false;
    bool m_isStrict = false;
};

} // namespace engine::cli
