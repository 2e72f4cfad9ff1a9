#include "engine/cli/policy_run.h"

#include "engine/cli/replay_prompt.h"
#include "engine/cli/run_world.h"
#include "tracestore/base/safe_text.h"

#include <QCoreApplication>

#include <unistd.h>

namespace engine::cli {

using tracestore::safeLine;

ExitCode
runByPolicy(PreparedReplay replay, const RunConsole::Manner& manner, CommandContext& context)
{
    if (!manner.isQuiet) {
        context.err.line(safeLine(replay.start.which));
        for (const std::string& sentence : describe(replay.start.policy, replay.config))
            context.err.line(safeLine(sentence));
    }
    const CommandLoop loop;
    CommandWorld world;
    RunWorld replayed = replayWorld(replay.start, world.forRun());
    RunSession session(1, std::move(replay.config), std::move(replayed));
    RunConsole console(session, context.out, context.err, manner);
    ReplayPrompt prompt(session, context.err, isatty(STDIN_FILENO) != 0);
    session.replay(std::move(replay.start));
    QCoreApplication::exec();
    console.finish();
    return prompt.hasGivenUp() ? ExitCode::Failed : exitCodeOf(session.status());
}

} // namespace engine::cli
