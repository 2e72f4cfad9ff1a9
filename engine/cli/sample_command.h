#pragma once

#include "engine/cli/command.h"
#include "engine/runtime/sampling.h"

#include <string>
#include <vector>

namespace engine::cli {

/// `kymo sample`: sends a call of a model again, many times, and says how often what came of it.
class SampleCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    ExitCode makeBranch(CommandContext& context) const;
    tracestore::Result<SampleRequest> request(CommandContext& context) const;
    tracestore::Result<SampleRequest> withAgent(SampleRequest request) const;

    std::string m_file;
    std::string m_step;
    std::string m_agent;
    std::string m_provider;
    std::string m_model;
    std::vector<std::string> m_changes; ///< `PATH=VALUE`
    std::size_t m_count = 10;
    std::size_t m_concurrency = 4;
    bool m_isAgreed = false;
    bool m_isEstimate = false;
    bool m_isBranch = false;
    bool m_isJson = false;
    bool m_isQuiet = false;
};

} // namespace engine::cli
