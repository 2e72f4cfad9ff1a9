#include "engine/cli/sample_command.h"

#include "engine/branch/sample_branch.h"
#include "engine/cli/debugger/text_file.h"
#include "engine/cli/find_step.h"
#include "engine/cli/fork_edits.h"
#include "engine/cli/open_input.h"
#include "engine/cli/run_world.h"
#include "engine/cli/sample_console.h"
#include "engine/config/app_paths.h"
#include "engine/config/prices.h"
#include "engine/runtime/local_engine.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/recording/log_lookup.h"

#include <QFile>

#include <CLI/CLI.hpp>

namespace engine::cli {

using tracestore::Result;
using tracestore::safeText;

namespace {

    QString qtFileName(const std::string& name)
    {
        return QFile::decodeName(QByteArray::fromStdString(name));
    }

    /// A run can go on from what is in it, as opposed to a trace that was saved.
    bool isRecording(const std::string& file)
    {
        auto log = tracestore::openLog(file);
        return log && tracestore::lastEvent(*log).value_or(0) > 0;
    }

} // namespace

void SampleCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_file, "A recording, or a trace of any format")->required();
    app.add_option("STEP", m_step, "The call of a model, by its number or id in `kymo show FILE`");
    app.add_option("-n,--count", m_count, "How many samples")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    app.add_option(
        "--agent", m_agent, "The agent's file with the provider to ask; without one: as recorded");
    app.add_option("--provider", m_provider, "Which of its providers");
    app.add_option("--model", m_model, "Which model");
    app.add_option("--set",
                   m_changes,
                   "A change of what is sent: request.system=TEXT, request.messages[3].text=TEXT, "
                   "request.param.temperature=VALUE; can be given several times")
        ->option_text("PATH=VALUE")
        ->allow_extra_args(false);
    app.add_option("--concurrency", m_concurrency, "How many at the same time")
        ->capture_default_str()
        ->check(CLI::Range(1, 32));
    app.add_flag("--estimate", m_isEstimate, "Say what it would take, and send nothing");
    app.add_flag("--yes", m_isAgreed, "Send it without asking");
    app.add_flag("--branch",
                 m_isBranch,
                 "FILE is a sample that was kept alone: make the branch that goes on from it");
    app.add_flag("--json", m_isJson, "As JSON");
    app.add_flag("--quiet", m_isQuiet, "No estimate and no progress on standard error");
}

Result<SampleRequest> SampleCommand::request(CommandContext& context) const
{
    SampleRequest request {.recording = {},
                           .effect = {},
                           .trace = {},
                           .span = {},
                           .file = qtFileName(m_file),
                           .agentText = {},
                           .agentFolder = {},
                           .provider = m_provider,
                           .model = m_model,
                           .edits = {},
                           .count = m_count,
                           .concurrency = m_concurrency,
                           .isEstimate = m_isEstimate,
                           .branchBytes = SampleRequest().branchBytes,
                           .folder = {}};
    auto edits = forkEdits(m_changes);
    if (!edits)
        return fail(std::move(edits).error());
    request.edits = std::move(*edits);
    if (isRecording(m_file)) {
        auto effect = findEffect(m_file, m_step);
        if (!effect && effect.error().code != tracestore::ErrorCode::NotFound)
            return fail(std::move(effect).error());
        request.recording = request.file;
        // What the trace shows are attempts where there is one: a call is known by the log alone.
        request.effect = effect.value_or(m_step);
        return withAgent(std::move(request));
    }
    const auto trace = openInput({.files = {m_file}}, context);
    if (!trace)
        return fail(trace.error());
    const auto span = findStep(**trace, m_step);
    if (!span)
        return fail(span.error());
    request.trace = *trace;
    request.span = *span;
    return withAgent(std::move(request));
}

/// With the configuration that the user names.
Result<SampleRequest> SampleCommand::withAgent(SampleRequest request) const
{
    if (m_agent.empty())
        return request;
    const auto text = readTextFile(m_agent);
    if (!text)
        return fail(text.error());
    request.agentText = QString::fromStdString(*text);
    request.agentFolder = qtFileName(std::filesystem::absolute(m_agent).parent_path().string());
    return request;
}

ExitCode SampleCommand::makeBranch(CommandContext& context) const
{
    const auto branch = branchOfSample(m_file);
    if (!branch) {
        context.err.line("kymo: " + safeText(branch.error().message));
        return ExitCode::Failed;
    }
    context.out.line(safeText(branch->string()));
    return ExitCode::Done;
}

ExitCode SampleCommand::run(CommandContext& context)
{
    if (m_isBranch)
        return makeBranch(context);
    if (m_step.empty()) {
        context.err.line("kymo: Name the step. `kymo show FILE` lists them.");
        return ExitCode::Usage;
    }
    auto request = this->request(context);
    if (!request)
        return failWith(request.error(), context);
    const CommandLoop loop;
    LocalEngine engine(loadPrices(userPriceFile()).table, std::make_unique<DesktopVault>());
    SampleConsole console(engine,
                          std::move(*request),
                          {.isAgreed = m_isAgreed, .isJson = m_isJson, .isQuiet = m_isQuiet},
                          context.out,
                          context.err);
    console.start();
    QCoreApplication::exec();
    return console.exitCode();
}

} // namespace engine::cli
