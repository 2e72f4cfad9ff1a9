#include "engine/cli/fork_command.h"

#include "engine/cli/find_step.h"
#include "engine/cli/fork_edits.h"
#include "engine/cli/policy_run.h"
#include "engine/runtime/system_world.h"
#include "tracestore/base/safe_text.h"

#include <CLI/CLI.hpp>

namespace engine::cli {

using tracestore::fail;
using tracestore::Result;
using tracestore::safeText;

void ForkCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_recording, "The .kymo file of a run that was recorded")->required();
    app.add_option("STEP",
                   m_step,
                   "The step before which the branch begins, by its number or id in `kymo show`; "
                   "without one: behind all of it");
    app.add_option("--set",
                   m_changes,
                   "A change with which it begins: request.args.NAME=VALUE, "
                   "request.messages[3].text=TEXT, request.system=TEXT, outcome.result=VALUE, "
                   "state.PATH=VALUE; can be given several times")
        ->option_text("PATH=VALUE")
        ->allow_extra_args(false);
    app.add_option("--name", m_name, "A part of the new file's name")->capture_default_str();
    app.add_option("--note", m_note, "Why, kept with the branch");
    app.add_option("--expected", m_expected, "What should come of it, kept with the branch");
    auto* const runs
        = app.add_flag("--run",
                       m_runs,
                       "Let it go on: models are asked, tools have the outcomes of the "
                       "recording as far as it has them, and you are asked else");
    app.add_option("--live-tool",
                   m_liveTools,
                   "With --run: let this tool really run, also where it writes or reaches outside")
        ->take_all()
        ->needs(runs);
    m_manner.addTo(app);
}

Result<ForkOrder> ForkCommand::order() const
{
    ForkOrder order {.recording = m_recording,
                     .effect = {},
                     .upTo = 0,
                     .edits = {},
                     .name = m_name,
                     .note = m_note,
                     .expected = m_expected};
    auto edits = forkEdits(m_changes);
    if (!edits)
        return fail(std::move(edits).error());
    order.edits = std::move(*edits);
    if (m_step.empty())
        return order;
    auto effect = findEffect(m_recording, m_step);
    if (!effect)
        return fail(std::move(effect).error());
    order.effect = std::move(*effect);
    return order;
}

ExitCode ForkCommand::run(CommandContext& context)
{
    const auto order = this->order();
    const auto fork = order ? makeFork(*order, SystemClock().now()) : fail(order.error());
    if (!fork) {
        context.err.line("kymo: " + safeText(fork.error().message));
        return ExitCode::Failed;
    }
    if (!m_runs)
        context.out.line(safeText(fork->file.string()));
    context.err.line("Both share " + std::to_string(fork->origin.upTo) + " events."
                     + (fork->origin.change.empty()
                            ? std::string()
                            : " Changed: " + safeText(fork->origin.change) + '.')
                     + (m_runs ? std::string()
                               : " `kymo resume " + safeText(fork->file.string())
                                + "` goes on with it; its tools are really called then."));
    return m_runs ? goOn(*fork, context) : ExitCode::Done;
}

/// Nothing goes outside that is not named; what is the same as before is not done again.
ExitCode ForkCommand::goOn(const Fork& fork, CommandContext& context) const
{
    ReplayRequest request;
    request.source = QString::fromStdString(m_recording);
    request.recordFile = QString::fromStdString(fork.file.string());
    request.isForked = true;
    request.isAsRecorded = true;
    request.policy.models.mode = ReplayMode::Live;
    request.policy.tools.mode = ReplayMode::Live; // what writes or reaches outside is asked about
    for (const std::string& tool : m_liveTools) {
        request.policy.toolsByName[tool] = {.mode = ReplayMode::Live, .answer = {}};
        request.policy.liveWriters.insert(tool);
    }
    auto replay = prepareReplay(request);
    if (!replay) {
        context.err.line("kymo: " + safeText(replay.error().message));
        return ExitCode::Failed;
    }
    return runByPolicy(std::move(*replay), m_manner, context);
}

} // namespace engine::cli
