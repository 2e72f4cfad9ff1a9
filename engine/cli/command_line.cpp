#include "engine/cli/command_line.h"

#include "engine/cli/batch_command.h"
#include "engine/cli/branches_command.h"
#include "engine/cli/bundle_command.h"
#include "engine/cli/check_command.h"
#include "engine/cli/context_command.h"
#include "engine/cli/convert_command.h"
#include "engine/cli/debug_command.h"
#include "engine/cli/diff_command.h"
#include "engine/cli/experiment_command.h"
#include "engine/cli/fork_command.h"
#include "engine/cli/formats_command.h"
#include "engine/cli/info_command.h"
#include "engine/cli/lint_command.h"
#include "engine/cli/merge_command.h"
#include "engine/cli/notes_command.h"
#include "engine/cli/origin_command.h"
#include "engine/cli/query_command.h"
#include "engine/cli/replay_command.h"
#include "engine/cli/report_command.h"
#include "engine/cli/resume_command.h"
#include "engine/cli/run_command.h"
#include "engine/cli/sample_command.h"
#include "engine/cli/show_command.h"
#include "engine/cli/sql_command.h"
#include "engine/cli/stats_command.h"
#include "engine/cli/test_command.h"
#include "engine/cli/window_command.h"
#include "tracestore/base/safe_text.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <unistd.h>

namespace engine::cli {
namespace {

    constexpr const char* kFooter = R"(
Without a command the files are opened in the window.
A FILE is a trace of any format that Kymo knows, packed or not, a folder of them, or - for
standard input. Several files are opened as one trace.

Exit codes: 0 done, 1 not readable or not a trace, 2 wrong usage, 3 parts were broken
(with --strict), 130 cancelled.)";

    /// CLI11 says what is wrong; this tells whose fault it is and how to see more.
    ExitCode explain(const CLI::App& app, const CLI::ParseError& error, CommandContext& context)
    {
        if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
            const bool isVersion = dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr;
            context.out.write(isVersion ? std::string("kymo ") + KYMO_VERSION + '\n' : app.help());
            return ExitCode::Done;
        }
        context.err.line("kymo: " + tracestore::safeLine(error.what()));
        context.err.line("`kymo --help` shows how it is used.");
        return ExitCode::Usage;
    }

    void setUp(CLI::App& app)
    {
        app.footer(kFooter);
        app.set_version_flag("--version", KYMO_VERSION, "Print the version and end");
        app.set_help_flag("-h,--help", "Print this help and end");
        app.get_formatter()->column_width(34);
    }

    struct NamedCommand
    {
        std::unique_ptr<Command> command;
        CLI::App* app;
    };

    template<class T>
    NamedCommand makeCommand(CLI::App& app, const char* name, const char* description)
    {
        NamedCommand made {std::make_unique<T>(), app.add_subcommand(name, description)};
        made.command->addTo(*made.app);
        return made;
    }

    /// Null where there is none.
    const CLI::App* subcommandOf(const CLI::App& app, const std::string& name)
    {
        const auto found
            = app.get_subcommands([&](const CLI::App* each) { return each->get_name() == name; });
        return found.empty() ? nullptr : found.front();
    }

    /// `kymo help experiment run` is `kymo experiment run --help`. Nothing where a command is named
    /// that is none.
    std::optional<std::vector<std::string>> withoutHelpWord(const CLI::App& app,
                                                            std::vector<std::string> arguments)
    {
        if (arguments.empty() || arguments.front() != "help")
            return arguments;
        const CLI::App* command = &app;
        for (std::size_t i = 1; i < arguments.size() && command != nullptr; ++i)
            command = subcommandOf(*command, arguments[i]);
        if (command == nullptr)
            return {};
        arguments.erase(arguments.begin());
        arguments.emplace_back("--help");
        return arguments;
    }

} // namespace

ExitCode runCommandLine(const std::vector<std::string>& given, CommandContext& context)
{
    CLI::App app("Look into the trace that an AI agent left behind.", "kymo");
    setUp(app);
    WindowCommand window;
    window.addTo(app);
    std::vector<NamedCommand> commands;
    commands.push_back(makeCommand<InfoCommand>(app, "info", "Say what a trace holds"));
    commands.push_back(makeCommand<ShowCommand>(app, "show", "Print the steps, or one of them"));
    commands.push_back(makeCommand<QueryCommand>(app, "query", "Find steps"));
    commands.push_back(makeCommand<StatsCommand>(app, "stats", "Tokens, cost, latency, errors"));
    commands.push_back(
        makeCommand<DiffCommand>(app, "diff", "Align two traces and say what differs"));
    commands.push_back(
        makeCommand<OriginCommand>(app, "origin", "Say where a text came from, or where it went"));
    commands.push_back(
        makeCommand<ContextCommand>(app, "context", "Say what fills the window of model calls"));
    commands.push_back(
        makeCommand<LintCommand>(app, "lint", "Look for classic faults in traces and agents"));
    commands.push_back(makeCommand<SqlCommand>(app, "sql", "Ask its tables by SQL"));
    commands.push_back(makeCommand<ConvertCommand>(app, "convert", "Write it in another format"));
    commands.push_back(makeCommand<ReportCommand>(app, "report", "Write a page to read and print"));
    commands.push_back(makeCommand<NotesCommand>(app, "notes", "List, add and remove notes"));
    commands.push_back(
        makeCommand<BundleCommand>(app, "bundle", "Pack it with all that belongs to it, masked"));
    commands.push_back(makeCommand<RunCommand>(app, "run", "Run an agent and record it"));
    commands.push_back(
        makeCommand<DebugCommand>(app, "debug", "Run an agent step by step, stop it, change it"));
    commands.push_back(
        makeCommand<ResumeCommand>(app, "resume", "Go on with a run that was interrupted"));
    commands.push_back(makeCommand<ReplayCommand>(
        app, "replay", "Do a recorded run again without its world, and compare"));
    commands.push_back(
        makeCommand<TestCommand>(app, "test", "Run tests that were made of recorded runs"));
    commands.push_back(
        makeCommand<ForkCommand>(app, "fork", "Make a branch of a recording at one of its steps"));
    commands.push_back(
        makeCommand<BranchesCommand>(app, "branches", "List the branches of a recording"));
    commands.push_back(
        makeCommand<SampleCommand>(app, "sample", "Send a call of a model again, many times"));
    commands.push_back(makeCommand<BatchCommand>(app, "batch", "Run an agent on many inputs"));
    commands.push_back(makeCommand<ExperimentCommand>(
        app, "experiment", "Run variants of an agent on a data set, and score them"));
    commands.push_back(
        makeCommand<MergeCommand>(app, "merge", "Put the pieces of an experiment together"));
    commands.push_back(makeCommand<CheckCommand>(app, "check", "Say what is wrong with an agent"));
    commands.push_back(
        makeCommand<FormatsCommand>(app, "formats", "List what can be read and written"));
    const auto arguments = withoutHelpWord(app, given);
    if (!arguments) {
        context.err.line("kymo: There is no such command. `kymo --help` lists them.");
        return ExitCode::Usage;
    }
    try {
        // CLI11 takes them from the back.
        app.parse(std::vector<std::string>(arguments->rbegin(), arguments->rend()));
    } catch (const CLI::ParseError& error) {
        return explain(app, error, context);
    }
    const auto chosen = std::ranges::find_if(
        commands, [](const NamedCommand& command) { return command.app->parsed(); });
    if (chosen == commands.end())
        return window.run(context);
    if (!window.files().empty()) {
        context.err.line("kymo: A command comes before the files.");
        return ExitCode::Usage;
    }
    return chosen->command->run(context);
}

int runMain(int argc,
            char** argv,
            const tracestore::ImporterRegistry& importers,
            const tracestore::ExporterRegistry& exporters)
{
    // A reader who goes away (`| head`) is an error of write(), not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    Output out(STDOUT_FILENO);
    Output err(STDERR_FILENO);
    CommandContext context {importers, exporters, out, err};
    const ExitCode code = runCommandLine({argv + std::min(argc, 1), argv + argc}, context);
    out.flush();
    if (out.error() != 0) {
        err.line(std::string("kymo: Cannot write the output: ") + std::strerror(out.error()) + '.');
        return static_cast<int>(ExitCode::Failed);
    }
    return static_cast<int>(code);
}

} // namespace engine::cli
