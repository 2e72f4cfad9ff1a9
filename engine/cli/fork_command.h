#pragma once

#include "engine/branch/make_fork.h"
#include "engine/cli/command.h"
#include "engine/cli/run_console.h"

#include <string>
#include <vector>

namespace engine::cli {

/// `kymo fork`: makes a branch of a recording at one of its steps, and lets it go on.
class ForkCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    tracestore::Result<ForkOrder> order() const;
    ExitCode goOn(const Fork& fork, CommandContext& context) const;

    std::string m_recording;
    std::string m_step;
    std::vector<std::string> m_changes; ///< `PATH=VALUE`
    std::string m_name = "fork";
    std::string m_note;
    std::string m_expected;
    bool m_runs = false;
    std::vector<std::string> m_liveTools;
    RunConsole::Manner m_manner;
};

} // namespace engine::cli
