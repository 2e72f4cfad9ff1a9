#pragma once

#include "engine/cli/command.h"
#include "engine/cli/run_console.h"
#include "engine/runtime/replayed_run.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::cli {

/// `kymo replay`: does a recorded run again from its recording, and says whether it is the same,
/// or does it again by a policy.
class ReplayCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    [[nodiscard]] ReplayConfig config() const;
    [[nodiscard]] std::optional<ReplayPolicy> policy(CommandContext& context) const;
    ExitCode check(ReplayedRun run, CommandContext& context) const;
    ExitCode replay(ReplayedRun run, CommandContext& context) const;

    std::string m_record;
    std::string m_agent;
    std::string m_policy;
    std::string m_from; ///< the step from which on a change counts
    std::string m_new; ///< the recording that it makes
    std::vector<std::string> m_liveTools;
    bool m_isAsRecorded = false;
    bool m_isCheck = false;
    bool m_isDoctor = false;
    RunConsole::Manner m_manner;
};

} // namespace engine::cli
