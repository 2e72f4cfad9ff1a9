#pragma once

#include "engine/cli/batch_inputs.h"
#include "engine/cli/command.h"
#include "engine/config/agent_config.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::cli {

class BatchResults;
struct BatchTally;

/// `kymo batch`: runs an agent on many inputs. With a file of results it goes on where it was
/// interrupted.
class BatchCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    std::optional<AgentConfig> readAgent(CommandContext& context) const;
    std::optional<std::vector<BatchInput>> readInputs(CommandContext& context) const;
    ExitCode runAll(CommandContext& context,
                    AgentConfig agent,
                    std::vector<BatchInput> inputs,
                    BatchResults& results,
                    BatchTally tally);

    std::string m_agent;
    std::string m_inputs;
    std::string m_out;
    std::string m_records;
    std::vector<std::string> m_allowed;
    std::size_t m_concurrency = 4;
    bool m_isQuiet = false;
};

} // namespace engine::cli
