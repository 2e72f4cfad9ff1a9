#include "engine/cli/run_world.h"

#include "engine/config/app_paths.h"
#include "engine/config/prices.h"

#include <cstdlib>
#include <iostream>
#include <iterator>

namespace engine::cli {
namespace {

    std::optional<std::string> environmentVariable(const std::string& name)
    {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    }

} // namespace

CommandWorld::CommandWorld()
    : m_prices(loadPrices(userPriceFile()).table)
{ }

RunWorld CommandWorld::forRun()
{
    return {m_clock, m_random, m_prices, environmentVariable, {}, &m_vault};
}

void readStandardInput(std::string& input)
{
    if (input == "-")
        input.assign(std::istreambuf_iterator<char>(std::cin), {});
}

ExitCode exitCodeOf(const RunStatus& status)
{
    if (!status.result || status.result->status == OutcomeStatus::Cancelled)
        return ExitCode::Cancelled;
    return status.result->status == OutcomeStatus::Ok ? ExitCode::Done : ExitCode::Failed;
}

} // namespace engine::cli
