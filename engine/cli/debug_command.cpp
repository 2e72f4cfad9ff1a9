#include "engine/cli/debug_command.h"

#include "engine/cli/debugger/line_editor.h"
#include "engine/cli/debugger/text_file.h"
#include "engine/cli/interrupt_watch.h"
#include "engine/cli/open_input.h"
#include "engine/cli/run_world.h"
#include "engine/config/agent_config_reader.h"
#include "engine/config/app_paths.h"
#include "engine/config/prices.h"
#include "engine/runtime/attach/attach_sockets.h"
#include "engine/runtime/local_engine.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFile>

#include <CLI/CLI.hpp>
#include <csignal>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace engine::cli {

using tracestore::Result;
using tracestore::safeLine;

namespace {

    QString fromFileName(const std::string& name)
    {
        return QFile::decodeName(QByteArray::fromStdString(name));
    }

    /// Where typed lines are kept for the next time.
    std::filesystem::path historyFile()
    {
        const QString folder = QDir(runsDir() + u"/.."_s).absolutePath();
        QDir().mkpath(folder);
        return QFile::encodeName(QDir::cleanPath(folder) + u"/debug-history"_s).toStdString();
    }

    Result<DebugConsole::Manner> readFiles(const std::string& script,
                                           const std::string& breakpoints)
    {
        DebugConsole::Manner manner;
        if (!script.empty()) {
            auto text = readTextFile(script);
            if (!text)
                return tracestore::fail(std::move(text).error());
            manner.script = scriptLines(*text, script);
        }
        if (!breakpoints.empty()) {
            auto text = readTextFile(breakpoints);
            if (!text)
                return tracestore::fail(std::move(text).error());
            auto setup = readDebugSetup(*text);
            if (!setup)
                return tracestore::fail(std::move(setup).error().in(breakpoints));
            manner.setup = std::move(*setup);
        }
        return manner;
    }

    /// Of all tools and agents, for who types them.
    std::vector<std::string> namesIn(const AgentConfig& root)
    {
        std::vector<std::string> names;
        std::vector<const AgentConfig*> open {&root};
        while (!open.empty()) {
            const AgentConfig& config = *open.back();
            open.pop_back();
            names.push_back(config.name);
            for (const ToolConfig& tool : config.tools)
                names.push_back(tool.name);
            for (const AgentConfig& worker : config.agents)
                open.push_back(&worker);
        }
        return names;
    }

    /// Whether a file is an agent's configuration; else it is opened as a trace.
    bool isAgent(const std::string& file)
    {
        return file.ends_with(".agent.json")
            || (file.ends_with(".json") && readAgentConfigFile(file).config.has_value());
    }

    std::unique_ptr<LineSource> makeLines(const LineSource::Completer& completer)
    {
        if (isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0)
            return std::make_unique<LineEditor>(completer, historyFile());
        return std::make_unique<PlainLines>(STDIN_FILENO);
    }

} // namespace

void DebugCommand::addTo(CLI::App& app)
{
    app.add_option("AGENT|FILE",
                   m_agent,
                   "Its configuration, a *.agent.json; or a recording or trace to go through");
    app.add_option("--session", m_session, "Of a trace with several: its number, key or title");
    app.add_option("--input", m_input, "What `run` asks it");
    app.add_option("--record", m_record, "Write the run to this .kymo file, which is new");
    app.add_option("-x", m_script, "Do the commands of this file first")->option_text("SCRIPT");
    app.add_option("--breakpoints",
                   m_breakpoints,
                   "Breakpoints, watches and faults: JSON as `save` writes it");
    app.add_option("--attach", m_socket, "Debug a run that listens: its name or socket")
        ->option_text("NAME|SOCKET");
    app.add_flag("--batch", m_isBatch, "End with the script; fail where a command fails");
    app.add_flag("--list", m_lists, "Tell which runs listen");
    app.add_flag("--json", m_isJson, "With --list: JSON for other programs");
}

bool DebugCommand::check(CommandContext& context)
{
    if (m_agent.empty() == m_socket.empty()) {
        context.err.line("kymo: Name an agent to run, a recording or trace to go through, or a "
                         "run that listens with --attach.");
        return false;
    }
    if (m_isBatch && m_script.empty()) {
        context.err.line("kymo: --batch needs a script: -x SCRIPT.");
        return false;
    }
    if (m_agent.empty() || !isAgent(m_agent))
        return true;
    const ConfigReading reading = readAgentConfigFile(m_agent);
    for (const ConfigProblem& problem : reading.problems)
        context.err.line(safeLine(toText(problem, m_agent)));
    if (reading.config && !m_record.empty() && std::filesystem::exists(m_record)) {
        context.err.line("kymo: " + safeLine(m_record)
                         + " is there already. A run is written to a new file.");
        return false;
    }
    if (reading.config)
        m_names = namesIn(*reading.config);
    return reading.config.has_value();
}

ExitCode DebugCommand::run(CommandContext& context)
{
    if (m_lists)
        return list(context);
    if (!check(context))
        return ExitCode::Usage;
    auto manner = readFiles(m_script, m_breakpoints);
    if (!manner) {
        context.err.line("kymo: " + tracestore::safeText(manner.error().message));
        return ExitCode::Usage;
    }
    if (!m_agent.empty() && !isAgent(m_agent)) {
        if (const ExitCode code = openTrace(*manner, context); code != ExitCode::Done)
            return code;
    }
    readStandardInput(m_input);
    manner->agentFile = fromFileName(m_agent);
    manner->input = m_input;
    manner->recordFile = fromFileName(manner->trace == nullptr ? m_record : m_agent);
    manner->socket = fromFileName(m_socket);
    manner->isBatch = m_isBatch;
    manner->names = m_names;
    const CommandLoop loop;
    auto engine = std::make_unique<LocalEngine>(loadPrices(userPriceFile()).table,
                                                std::make_unique<DesktopVault>());
    DebugConsole* typed = nullptr;
    const auto lines = makeLines([&typed](std::string_view line) {
        return typed == nullptr ? std::vector<std::string>() : typed->completions(line);
    });
    DebugConsole console(*engine, *lines, context.out, context.err, std::move(*manner));
    typed = &console;
    InterruptWatch interrupt(InterruptWatch::Kind::Always);
    QObject::connect(&interrupt, &InterruptWatch::interrupted, &console, [&](int signal) {
        if (signal == SIGINT)
            console.interrupt();
        else
            console.quit();
    });
    QObject::connect(
        &console, &DebugConsole::over, qApp, &QCoreApplication::quit, Qt::QueuedConnection);
    QMetaObject::invokeMethod(&console, &DebugConsole::begin, Qt::QueuedConnection);
    QCoreApplication::exec();
    console.disconnect();
    engine->disconnect(&console);
    engine.reset(); // closes the recording
    return exitCode(console);
}

/// What is gone through in place of running something.
ExitCode DebugCommand::openTrace(DebugConsole::Manner& manner, CommandContext& context) const
{
    const InputOptions input {{m_agent}, false};
    auto trace = openInput(input, context);
    if (!trace)
        return failWith(trace.error(), context);
    const auto& sessions = (*trace)->sessions();
    std::optional<std::size_t> chosen;
    for (std::size_t i = 0; i < sessions.size() && !chosen; ++i) {
        if (m_session.empty() || m_session == std::to_string(i + 1) || m_session == sessions[i].key
            || m_session == sessions[i].title)
            chosen = i;
    }
    if (!chosen) {
        context.err.line("kymo: There is no session `" + safeLine(m_session) + "` in "
                         + safeLine(m_agent) + '.');
        return ExitCode::Usage;
    }
    if (m_session.empty() && sessions.size() > 1)
        context.err.line("The first of " + std::to_string(sessions.size())
                         + " sessions: --session NUMBER goes through another.");
    manner.session = tracestore::SessionId(*chosen);
    manner.trace = std::move(*trace);
    return ExitCode::Done;
}

ExitCode DebugCommand::exitCode(const DebugConsole& console) const
{
    const bool isAttached = !m_socket.empty();
    if (m_isBatch && console.hasFailed())
        return ExitCode::Failed;
    if (console.status().isTravel)
        return console.status().problem.empty() ? ExitCode::Done : ExitCode::Failed;
    if (isAttached && console.status().state != RunState::Ended)
        return ExitCode::Done; // it goes on there
    if (isAttached && !console.status().result)
        return ExitCode::Failed;
    return console.hasRun() ? exitCodeOf(console.status()) : ExitCode::Done;
}

ExitCode DebugCommand::list(CommandContext& context) const
{
    const auto runs = listeningRuns();
    nlohmann::json all = nlohmann::json::array();
    for (const ListeningRun& run : runs) {
        all.push_back({{"name", run.name.toStdString()},
                       {"socket", run.socket.toStdString()},
                       {"agent", run.agent.toStdString()},
                       {"input", run.input.toStdString()},
                       {"process", run.process}});
        if (!m_isJson)
            context.out.line(safeLine(run.name.toStdString() + "  " + run.agent.toStdString() + "  "
                                      + run.input.toStdString()));
    }
    if (m_isJson)
        context.out.line(tracestore::toJsonText(all, 2));
    else if (runs.empty())
        context.err.line("No run listens. `kymo run AGENT --input TEXT --listen` starts one.");
    return ExitCode::Done;
}

} // namespace engine::cli
