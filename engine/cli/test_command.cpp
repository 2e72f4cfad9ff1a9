#include "engine/cli/test_command.h"

#include "engine/cli/debugger/text_file.h"
#include "engine/cli/run_world.h"
#include "engine/runtime/replay_test_run.h"
#include "tracestore/base/safe_text.h"

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::safeLine;
using tracestore::safeText;

namespace {

    namespace fs = std::filesystem;

    /// As a file in a folder names another; that is moved along with it.
    std::string namedFrom(const fs::path& folder, const fs::path& file)
    {
        std::error_code problem;
        const fs::path relative
            = fs::relative(file, folder.empty() ? fs::path(".") : folder, problem);
        return problem || relative.empty() ? fs::absolute(file).string() : relative.string();
    }

    Result<void> writeNewFile(const fs::path& file, const std::string& text)
    {
        if (fs::exists(file))
            return fail(ErrorCode::Invalid,
                        file.string() + " is there already. Name another file.");
        std::ofstream to(file, std::ios::binary);
        to << text;
        to.close();
        if (!to)
            return fail(ErrorCode::Io, file.string() + " cannot be written.");
        return {};
    }

    JunitSuite brokenSuite(const std::string& file, std::string why)
    {
        return {.name = fs::path(file).filename().string(),
                .file = file,
                .cases = {{"is replayed", std::move(why), true}}};
    }

    /// Reads and runs one test.
    JunitSuite runTest(const std::string& file, CommandWorld& world)
    {
        const auto text = readTextFile(file);
        if (!text)
            return brokenSuite(file, text.error().message);
        const fs::path folder = fs::path(file).parent_path();
        ReplayTestReading reading = readReplayTest(*text, fs::path(file).filename().string());
        if (!reading.test) {
            std::string why;
            for (const ConfigProblem& problem : reading.problems)
                why += (why.empty() ? "" : "\n") + toText(problem, file);
            return brokenSuite(file, why);
        }
        const ReplayTest& test = *reading.test;
        auto run = readReplayedRun(folder / test.recording,
                                   {.file = test.agent.empty() ? fs::path() : folder / test.agent});
        if (!run)
            return brokenSuite(file, run.error().message);
        ReplayTestRun replay(test, std::move(*run), world.forRun());
        QObject::connect(&replay, &ReplayTestRun::finished, qApp, &QCoreApplication::quit);
        replay.start();
        QCoreApplication::exec();
        JunitSuite suite {.name = test.name, .file = file, .cases = {}};
        for (const TestVerdict& verdict : replay.verdicts())
            suite.cases.push_back({verdict.name, verdict.problem, false});
        return suite;
    }

    bool isFailedSuite(const JunitSuite& suite)
    {
        return std::ranges::any_of(
            suite.cases, [](const JunitSuite::Case& each) { return !each.failure.empty(); });
    }

    void writeSuite(Output& out, const JunitSuite& suite, bool isQuiet)
    {
        const bool isBad = isFailedSuite(suite);
        if (!isQuiet || isBad)
            out.line(out.styled(isBad ? Output::Style::Bad : Output::Style::Good,
                                isBad ? "FAIL  " : "ok    ")
                     + safeLine(suite.name + " (" + suite.file + ')'));
        for (const JunitSuite::Case& each : suite.cases) {
            if (!each.failure.empty())
                out.line("      " + safeLine(each.name) + ": " + safeText(each.failure));
        }
    }

} // namespace

void TestCommand::addTo(CLI::App& app)
{
    auto* const tests = app.add_option("TEST", m_tests, "Files of tests (*.test.json)");
    auto* const make = app.add_option("--make",
                                      m_recording,
                                      "Make a test of this recorded run, which it passes; to be "
                                      "edited")
                           ->excludes(tests);
    app.add_option("-o,--output", m_output, "The file of the test that is made")->needs(make);
    app.add_option("--agent", m_agent, "The agent's file that the made test names")->needs(make);
    app.add_option("--junit", m_junit, "Write the results as JUnit XML to this file");
    app.add_flag("--quiet", m_isQuiet, "Only what failed");
}

ExitCode TestCommand::run(CommandContext& context)
{
    if (!m_recording.empty())
        return make(context);
    if (m_tests.empty()) {
        context.err.line("kymo: Name tests to run, or a recorded run to make one of (--make).");
        return ExitCode::Usage;
    }
    return runTests(context);
}

ExitCode TestCommand::make(CommandContext& context) const
{
    if (m_output.empty()) {
        context.err.line("kymo: Name the file of the test (-o NAME.test.json).");
        return ExitCode::Usage;
    }
    const auto recorded = RecordedRun::readWhole(m_recording);
    if (!recorded) {
        context.err.line("kymo: " + safeText(recorded.error().message));
        return ExitCode::Failed;
    }
    ReplayTest test = makeReplayTest(recorded->events());
    const fs::path folder = fs::path(m_output).parent_path();
    test.recording = namedFrom(folder, m_recording);
    if (!m_agent.empty())
        test.agent = namedFrom(folder, m_agent);
    if (const auto written = writeNewFile(m_output, toCommentedText(test)); !written) {
        context.err.line("kymo: " + safeText(written.error().message));
        return ExitCode::Failed;
    }
    if (!m_isQuiet)
        context.out.line(safeLine(m_output
                                  + " holds what the run did. Take out what need not hold; "
                                    "`kymo test "
                                  + m_output + "` runs it."));
    return ExitCode::Done;
}

ExitCode TestCommand::runTests(CommandContext& context) const
{
    const CommandLoop loop;
    CommandWorld world;
    std::vector<JunitSuite> suites;
    for (const std::string& file : m_tests) {
        suites.push_back(runTest(file, world));
        writeSuite(context.out, suites.back(), m_isQuiet);
    }
    const auto failed = std::ranges::count_if(suites, &isFailedSuite);
    if (!m_isQuiet)
        context.out.line(std::to_string(suites.size() - static_cast<std::size_t>(failed)) + " of "
                         + std::to_string(suites.size()) + " passed.");
    if (!m_junit.empty()) {
        std::ofstream to(m_junit, std::ios::binary);
        to << junitXml(suites);
        to.close();
        if (!to) {
            context.err.line("kymo: " + safeLine(m_junit) + " cannot be written.");
            return ExitCode::Failed;
        }
    }
    return failed == 0 ? ExitCode::Done : ExitCode::Failed;
}

} // namespace engine::cli
