#include "engine/cli/run_command.h"

#include "engine/cli/run_console.h"
#include "engine/cli/run_world.h"
#include "engine/config/agent_config_reader.h"
#include "tracestore/base/safe_text.h"

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <filesystem>

namespace engine::cli {

using tracestore::safeLine;

void RunCommand::addTo(CLI::App& app)
{
    app.add_option("AGENT", m_agent, "Its configuration: a *.agent.json")->required();
    app.add_option("--input", m_input, "What to ask it; - reads standard input")->required();
    app.add_option("--record", m_record, "Write the run to this .kymo file, which is new");
    m_manner.addTo(app);
}

ExitCode RunCommand::run(CommandContext& context)
{
    const ConfigReading reading = readAgentConfigFile(m_agent);
    for (const ConfigProblem& problem : reading.problems) {
        if (problem.isError || !m_manner.isQuiet)
            context.err.line(safeLine(toText(problem, m_agent)));
    }
    if (!reading.config)
        return ExitCode::Usage;
    readStandardInput(m_input);
    if (!m_record.empty() && std::filesystem::exists(m_record)) {
        context.err.line("kymo: " + safeLine(m_record)
                         + " is there already. A run is written to a new file.");
        return ExitCode::Usage;
    }
    const CommandLoop loop;
    CommandWorld world;
    RunSession session(1, *reading.config, world.forRun());
    RunConsole console(session, context.out, context.err, m_manner);
    if (!m_record.empty())
        session.recordTo(m_record);
    session.start(m_input);
    QCoreApplication::exec();
    console.finish();
    return exitCodeOf(session.status());
}

} // namespace engine::cli
