#include "engine/cli/resume_command.h"

#include "engine/cli/run_console.h"
#include "engine/cli/run_world.h"
#include "engine/runtime/resumed_run.h"
#include "tracestore/base/safe_text.h"

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <map>

namespace engine::cli {

using tracestore::safeLine;
using tracestore::safeText;

void ResumeCommand::addTo(CLI::App& app)
{
    const std::map<std::string, InDoubtChoice> words {{"ask", InDoubtChoice::Ask},
                                                      {"repeat", InDoubtChoice::Repeat},
                                                      {"fail", InDoubtChoice::Fail}};
    app.add_option("FILE", m_record, "The .kymo file of the run; what follows is added to it")
        ->required();
    app.add_option("--agent", m_agent, "The agent's file, where the recording does not say it");
    app.add_option("--in-doubt",
                   m_inDoubt,
                   "What was begun and may have been done: ask (as a rule), repeat or fail")
        ->transform(CLI::CheckedTransformer(words));
    app.add_option("--input", m_input, "What to say once it has answered; - reads standard input");
    app.add_option("--allow", m_allowed, "Allow all calls of this tool that would ask first")
        ->take_all();
    app.add_flag("--json", m_isJson, "One JSON object at the end, for other programs");
    app.add_flag("--quiet", m_isQuiet, "Only the answer");
}

ExitCode ResumeCommand::run(CommandContext& context)
{
    auto resumed = readResumedRun(m_record, m_agent);
    if (!resumed) {
        context.err.line("kymo: " + safeText(resumed.error().message));
        return ExitCode::Failed;
    }
    if (resumed->recorded.isIdle() && m_input.empty()) {
        const tracestore::AgentEnded& answer = *resumed->recorded.lastAnswer();
        context.out.line(
            safeText(answer.status == OutcomeStatus::Ok ? answer.answer : answer.reason));
        context.err.line("The run has answered and waits for its user: nothing is left to do. "
                         "`--input TEXT` goes on with the conversation.");
        return ExitCode::Done;
    }
    readStandardInput(m_input);
    const CommandLoop loop;
    CommandWorld world;
    RunSession session(1, std::move(resumed->config), world.forRun());
    RunConsole::Manner manner {m_allowed, m_isJson, m_isQuiet};
    manner.isResumed = true;
    if (!m_input.empty())
        manner.nextInput = m_input;
    RunConsole console(session, context.out, context.err, std::move(manner));
    session.resume(std::move(resumed->recorded), m_inDoubt);
    QCoreApplication::exec();
    console.finish();
    return exitCodeOf(session.status());
}

} // namespace engine::cli
