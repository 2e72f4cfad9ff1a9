#include "engine/cli/run_command.h"

#include "engine/cli/run_console.h"
#include "engine/cli/run_world.h"
#include "engine/config/agent_config_reader.h"
#include "engine/runtime/attach/attach_server.h"
#include "tracestore/base/safe_text.h"

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <filesystem>

namespace engine::cli {

using tracestore::safeLine;

namespace {

    /// A name for a socket: letters and digits of the agent's, and what no other run has.
    std::string listeningName(const std::string& agent)
    {
        constexpr std::size_t kLongest = 30;
        std::string name;
        for (const char letter : agent.substr(0, kLongest)) {
            const bool isPlain = (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
            name += isPlain ? letter : '-';
        }
        return name + '-' + std::to_string(QCoreApplication::applicationPid());
    }

} // namespace

void RunCommand::addTo(CLI::App& app)
{
    app.add_option("AGENT", m_agent, "Its configuration: a *.agent.json")->required();
    app.add_option("--input", m_input, "What to ask it; - reads standard input")->required();
    app.add_option("--record", m_record, "Write the run to this .kymo file, which is new");
    m_listen = app.add_option("--listen",
                              m_name,
                              "Let `kymo debug --attach` and the window debug it, by this name")
                   ->expected(0, 1)
                   ->option_text("[NAME]");
    app.add_flag("--hold", m_isHeld, "With --listen: hold it before its first step")
        ->needs(m_listen);
    m_manner.addTo(app);
}

/// Null where that is not possible.
std::unique_ptr<AttachServer>
RunCommand::listen(RunSession& session, RunConsole& console, CommandContext& context) const
{
    auto server = std::make_unique<AttachServer>(session);
    const std::string name = m_name.empty() ? listeningName(session.status().agent) : m_name;
    if (auto path = server->listen(QString::fromStdString(name)); !path) {
        context.err.line("kymo: " + safeLine(path.error().message));
        return nullptr;
    }
    const std::string attach = "`kymo debug --attach " + safeLine(name) + '`';
    const auto say = [&err = context.err](const std::string& line) {
        err.line(err.styled(Output::Style::Faint, line));
        err.flush();
    };
    QObject::connect(server.get(), &AttachServer::unattended, &console, [say, attach] {
        say("The run is held, and nobody is attached. " + attach + " lets it go on.");
    });
    QObject::connect(server.get(), &AttachServer::detached, &console, &RunConsole::askAgain);
    if (!m_manner.isQuiet)
        say("Listens: " + attach + " debugs it.");
    return server;
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
    std::unique_ptr<AttachServer> server;
    RunConsole::Manner manner = m_manner;
    manner.isAttended = [&server] { return server != nullptr && server->clientCount() > 0; };
    RunConsole console(session, context.out, context.err, std::move(manner));
    if (m_listen->count() > 0 && (server = listen(session, console, context)) == nullptr)
        return ExitCode::Failed;
    if (!m_record.empty())
        session.recordTo(m_record);
    session.setDebug({.stopsAtEntry = m_isHeld});
    session.start(m_input);
    QCoreApplication::exec();
    if (server != nullptr)
        server->finish();
    console.finish();
    return exitCodeOf(session.status());
}

} // namespace engine::cli
