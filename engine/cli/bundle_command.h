#pragma once

#include "engine/bundle/debug_bundle.h"
#include "engine/cli/command.h"

namespace engine::cli {

/// `kymo bundle TRACE [-o FILE] ...`: a trace with all that is needed to go on with it elsewhere,
/// in one file; what is masked is told first. `--unpack DIR` takes one apart.
class BundleCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    tracestore::Result<BundleRequest> request(CommandContext& context) const;
    tracestore::Result<std::string> setupText() const;
    void tellPlan(const DebugBundle& bundle, Output& out) const;
    ExitCode tellContents(CommandContext& context) const;
    ExitCode unpack(CommandContext& context) const;

    std::string m_file;
    std::string m_out;
    std::string m_folder; ///< to unpack to
    std::vector<std::string> m_branches;
    std::vector<std::string> m_masks;
    std::string m_setup; ///< a file of breakpoints, or `none`
    std::string m_policy; ///< a file of replay policies
    bool m_showsKeys = false;
    bool m_isList = false;
};

} // namespace engine::cli
