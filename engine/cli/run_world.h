#pragma once

#include "engine/cli/exit_code.h"
#include "engine/config/desktop_vault.h"
#include "engine/runtime/run_session.h"
#include "engine/runtime/system_world.h"

#include <QCoreApplication>

#include <string>

namespace engine::cli {

// What the commands that run agents have in common.

/// What the machine gives to runs.
class CommandWorld
{
public:
    CommandWorld();

    /// This outlives the run.
    [[nodiscard]] RunWorld forRun();

private:
    SystemClock m_clock;
    SystemRandom m_random;
    std::shared_ptr<const tracestore::PriceTable> m_prices;
    DesktopVault m_vault;
};

/// The event loop of a command, to be made before its run.
class CommandLoop
{
public:
    CommandLoop()
        : m_application(m_count, m_arguments)
    { }

private:
    int m_count = 1;
    char m_name[5] = "kymo";
    char* m_arguments[2] = {m_name, nullptr};
    QCoreApplication m_application;
};

/// `-` is replaced by what stands on standard input.
void readStandardInput(std::string& input);

/// What a command ends with, by how its run ended.
ExitCode exitCodeOf(const RunStatus& status);

} // namespace engine::cli
