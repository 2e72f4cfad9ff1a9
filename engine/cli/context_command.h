#pragma once

#include "engine/cli/command.h"

namespace engine::cli {

/// `kymo context FILE [STEP] [--json]`: what fills the window of a model call, or how the windows
/// of all model calls fill up.
class ContextCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    ExitCode showOne(const tracestore::Trace& trace, CommandContext& context) const;
    ExitCode showAll(const tracestore::Trace& trace, CommandContext& context) const;

    std::string m_file;
    std::string m_step;
    bool m_isJson = false;
};

} // namespace engine::cli
