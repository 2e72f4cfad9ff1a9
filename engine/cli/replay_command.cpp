#include "engine/cli/replay_command.h"

#include "engine/cli/debugger/text_file.h"
#include "engine/cli/find_step.h"
#include "engine/cli/policy_run.h"
#include "engine/cli/replay_examine.h"
#include "engine/cli/replay_text.h"
#include "engine/cli/run_world.h"
#include "engine/runtime/prepared_replay.h"
#include "engine/runtime/replay_check.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"
#include "tracestore/recording/log_lookup.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <filesystem>

namespace engine::cli {

using tracestore::Result;
using tracestore::safeLine;
using tracestore::safeText;

namespace {

    /// The number of the event before the intent of a step.
    Result<std::int64_t> lastEventBefore(const std::string& recording, const std::string& step)
    {
        const auto effect = findEffect(recording, step);
        if (!effect)
            return tracestore::fail(effect.error());
        auto log = tracestore::openLog(recording);
        if (!log)
            return tracestore::fail(std::move(log).error());
        const auto place = tracestore::placeOfStep(*log, *effect);
        if (!place)
            return tracestore::fail(place.error());
        return place->wanted - 1;
    }

} // namespace

void ReplayCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_record, "The .kymo file of a recorded run, finished or not; only read")
        ->required();
    app.add_flag("--check",
                 m_isCheck,
                 "Do all of it again, from the recording alone: 0 where every step is the same, 1 "
                 "with the first that is not");
    app.add_flag("--doctor", m_isDoctor, "Say what makes the agent do otherwise in another run");
    auto* const agent
        = app.add_option("--agent", m_agent, "The agent's file; else the one it was recorded with");
    app.add_flag("--as-recorded", m_isAsRecorded, "With the configuration that is recorded")
        ->excludes(agent);
    app.add_option("--policy", m_policy, "A file that says where outcomes come from (kymo_replay)");
    app.add_option("--live-tool",
                   m_liveTools,
                   "Let this tool really run, also where it writes or reaches outside")
        ->take_all();
    app.add_option(
        "--from",
        m_from,
        "The change counts from this step on (number or id in `kymo show`): steps before "
        "it have their recorded outcomes whatever they are asked for, models are asked "
        "anew behind it");
    app.add_option("--record", m_new, "Write the new run to this .kymo file");
    m_manner.addTo(app);
}

ReplayConfig ReplayCommand::config() const
{
    return {.file = m_agent, .text = {}, .isAsRecorded = m_isAsRecorded};
}

/// Nothing where it makes no sense, which was told.
std::optional<ReplayPolicy> ReplayCommand::policy(CommandContext& context) const
{
    ReplayPolicy policy;
    if (!m_policy.empty()) {
        auto text = readTextFile(m_policy);
        if (!text) {
            context.err.line("kymo: " + safeText(text.error().message));
            return {};
        }
        ReplayPolicyReading reading = readReplayPolicy(*text);
        for (const ConfigProblem& problem : reading.problems)
            context.err.line(safeLine(toText(problem, m_policy)));
        if (!reading.policy)
            return {};
        policy = std::move(*reading.policy);
    }
    if (!m_from.empty()) {
        const auto number = lastEventBefore(m_record, m_from);
        if (!number) {
            context.err.line("kymo: " + safeText(number.error().message));
            return {};
        }
        policy.sameUpTo = *number;
        if (m_policy.empty())
            policy.models.mode = ReplayMode::Live;
    }
    for (const std::string& tool : m_liveTools) {
        policy.toolsByName[tool] = {.mode = ReplayMode::Live, .answer = {}};
        policy.liveWriters.insert(tool);
    }
    return policy;
}

ExitCode ReplayCommand::run(CommandContext& context)
{
    const bool isOwn = m_isCheck || m_isDoctor;
    if ((m_isCheck && m_isDoctor)
        || (isOwn
            && !(m_policy.empty() && m_new.empty() && m_from.empty() && m_liveTools.empty()))) {
        context.err.line("kymo: --check and --doctor stand alone: they take everything from the "
                         "recording and write nothing.");
        return ExitCode::Usage;
    }
    if (!m_new.empty() && std::filesystem::exists(m_new)) {
        context.err.line("kymo: " + safeLine(m_new)
                         + " is there already. A replay is written to a new file.");
        return ExitCode::Usage;
    }
    auto replayed = readReplayedRun(m_record, config());
    if (!replayed) {
        context.err.line("kymo: " + safeText(replayed.error().message));
        return ExitCode::Failed;
    }
    if (m_isDoctor)
        return examineReplay(std::move(*replayed), m_manner.isJson, context);
    return m_isCheck ? check(std::move(*replayed), context) : replay(std::move(*replayed), context);
}

ExitCode ReplayCommand::replay(ReplayedRun run, CommandContext& context) const
{
    const auto chosen = policy(context);
    if (!chosen)
        return ExitCode::Usage;
    ReplayStart start {.events = run.recorded.events(),
                       .source = m_record,
                       .which = run.which,
                       .changed = run.changed,
                       .tools = std::move(run.tools),
                       .policy = *chosen,
                       .recordFile = m_new};
    return runByPolicy(
        {.config = std::move(run.config), .start = std::move(start)}, m_manner, context);
}

ExitCode ReplayCommand::check(ReplayedRun run, CommandContext& context) const
{
    const std::string which = run.which;
    const CommandLoop loop;
    ReplayCheck check(std::move(run));
    QObject::connect(&check, &ReplayCheck::finished, qApp, &QCoreApplication::quit);
    check.start();
    QCoreApplication::exec();
    const ReplayCheckReport& report = check.report();
    if (m_manner.isJson) {
        context.out.line(tracestore::toJsonText(checkJson(m_record, which, report), 2));
    } else {
        if (!m_manner.isQuiet)
            context.err.line(context.err.styled(Output::Style::Faint, safeLine(which)));
        writeCheck(context.out, context.err, m_record, report);
    }
    return report.isSame() ? ExitCode::Done : ExitCode::Failed;
}

} // namespace engine::cli
