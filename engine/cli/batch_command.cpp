#include "engine/cli/batch_command.h"

#include "engine/cli/batch_results.h"
#include "engine/cli/batch_runner.h"
#include "engine/cli/interrupt_watch.h"
#include "engine/cli/run_json.h"
#include "engine/config/agent_config_reader.h"
#include "engine/config/app_paths.h"
#include "engine/config/desktop_vault.h"
#include "engine/config/prices.h"
#include "engine/runtime/system_world.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

namespace engine::cli {

using tracestore::safeLine;

/// What has come of the inputs.
struct BatchTally
{
    std::size_t inputs = 0;
    std::size_t before = 0; ///< done by an earlier batch
    std::size_t ok = 0;
    std::size_t failed = 0; ///< in earlier batches too
    double cost = 0; ///< USD, of this batch
    bool isInterrupted = false;
    std::string problem; ///< why the batch could not go on

    [[nodiscard]] std::size_t done() const { return ok + failed; }

    void count(bool isOk) { ++(isOk ? ok : failed); }

    [[nodiscard]] ExitCode code() const
    {
        if (!problem.empty())
            return ExitCode::Failed;
        if (isInterrupted)
            return ExitCode::Cancelled;
        return failed == 0 ? ExitCode::Done : ExitCode::Failed;
    }

    [[nodiscard]] std::string summary() const
    {
        std::string text = std::to_string(done()) + " of " + std::to_string(inputs)
            + " done: " + std::to_string(ok) + " ok, " + std::to_string(failed) + " failed";
        if (before > 0)
            text += ", " + std::to_string(before) + " of them before";
        if (cost > 0) {
            char money[40];
            std::snprintf(money, sizeof money, "; $%.4f", cost);
            text += money;
        }
        return text + '.';
    }
};

namespace {

    std::optional<std::string> batchVariable(const std::string& name)
    {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    }

} // namespace

void BatchCommand::addTo(CLI::App& app)
{
    app.add_option("AGENT", m_agent, "Its configuration: a *.agent.json")->required();
    app.add_option("--inputs",
                   m_inputs,
                   "JSON lines of {\"id\": ..., \"input\": ...}; the id may be left out; - reads "
                   "standard input")
        ->required();
    app.add_option("--out",
                   m_out,
                   "Add the results to this file; inputs whose ids are there are not run again");
    app.add_option("--concurrency", m_concurrency, "Runs at once (4)")->check(CLI::Range(1, 64));
    app.add_option("--record-dir", m_records, "Write each run to a .kymo file in this folder");
    app.add_option("--allow", m_allowed, "Allow all calls of this tool that would ask first")
        ->take_all();
    app.add_flag("--quiet", m_isQuiet, "No line for each run");
}

std::optional<AgentConfig> BatchCommand::readAgent(CommandContext& context) const
{
    const ConfigReading reading = readAgentConfigFile(m_agent);
    for (const ConfigProblem& problem : reading.problems) {
        if (problem.isError || !m_isQuiet)
            context.err.line(safeLine(toText(problem, m_agent)));
    }
    return reading.config;
}

std::optional<std::vector<BatchInput>> BatchCommand::readInputs(CommandContext& context) const
{
    std::string text;
    if (m_inputs == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        std::ifstream file(m_inputs, std::ios::binary);
        if (!file) {
            context.err.line("kymo: " + safeLine(m_inputs) + " cannot be read.");
            return {};
        }
        text.assign(std::istreambuf_iterator<char>(file), {});
    }
    auto inputs = readBatchInputs(text);
    if (inputs)
        return std::move(*inputs);
    context.err.line(
        safeLine(m_inputs + ':' + inputs.error().where + ": " + inputs.error().message));
    return {};
}

ExitCode BatchCommand::run(CommandContext& context)
{
    auto agent = readAgent(context);
    if (!agent)
        return ExitCode::Usage;
    auto inputs = readInputs(context);
    if (!inputs)
        return ExitCode::Usage;
    BatchResults results;
    if (!m_out.empty()) {
        if (const auto opened = results.open(m_out); !opened) {
            context.err.line(safeLine("kymo: " + m_out + ": " + opened.error().message));
            return ExitCode::Usage;
        }
    }
    std::error_code error;
    if (!m_records.empty() && !std::filesystem::is_directory(m_records)
        && !std::filesystem::create_directories(m_records, error)) {
        context.err.line("kymo: The folder " + safeLine(m_records) + " cannot be made.");
        return ExitCode::Usage;
    }
    BatchTally tally {.inputs = inputs->size()};
    std::erase_if(*inputs, [&](const BatchInput& input) {
        const auto done = results.done().find(input.id);
        if (done == results.done().end())
            return false;
        ++tally.before;
        tally.count(done->second == toWord(OutcomeStatus::Ok));
        return true;
    });
    return runAll(context, std::move(*agent), std::move(*inputs), results, std::move(tally));
}

ExitCode BatchCommand::runAll(CommandContext& context,
                              AgentConfig agent,
                              std::vector<BatchInput> inputs,
                              BatchResults& results,
                              BatchTally tally)
{
    int argc = 1;
    char name[] = "kymo";
    char* argv[] = {name, nullptr};
    const QCoreApplication loop(argc, argv);
    const SystemClock clock;
    SystemRandom random;
    DesktopVault vault;
    BatchRunner runner(
        {std::move(agent), std::move(inputs), m_concurrency, m_records, m_allowed},
        {clock, random, loadPrices(userPriceFile()).table, batchVariable, {}, &vault});
    const auto giveUp = [&](const std::string& problem) {
        if (!tally.problem.empty())
            return;
        tally.problem = problem;
        runner.stop();
    };
    QObject::connect(
        &runner,
        &BatchRunner::ended,
        &runner,
        [&](const std::string& input, const RunStatus& status) {
            if (couldNotStart(status))
                return giveUp(status.problem);
            nlohmann::json line = runJson(status);
            line["id"] = input;
            if (m_out.empty()) {
                context.out.line(tracestore::toJsonText(line));
                context.out.flush();
            } else if (const auto saved = results.append(line); !saved) {
                return giveUp(saved.error().message);
            }
            tally.count(status.result->status == OutcomeStatus::Ok);
            tally.cost += status.figures.cost.value_or(0);
            if (!m_isQuiet)
                context.err.line(safeLine(
                    '[' + std::to_string(tally.done()) + '/' + std::to_string(tally.inputs) + "] "
                    + input + ": " + std::string(toWord(status.result->status))
                    + (status.result->reason.empty() ? "" : ", " + status.result->reason)));
            context.err.flush();
        });
    InterruptWatch interrupt;
    QObject::connect(&interrupt, &InterruptWatch::interrupted, &runner, [&] {
        tally.isInterrupted = true;
        runner.stop();
    });
    QObject::connect(
        &runner, &BatchRunner::finished, &runner, &QCoreApplication::quit, Qt::QueuedConnection);
    runner.start();
    QCoreApplication::exec();
    if (!tally.problem.empty())
        context.err.line(safeLine("kymo: " + tally.problem));
    context.err.line(tally.summary());
    return tally.code();
}

} // namespace engine::cli
