#include "engine/cli/resume_command.h"

#include "engine/cli/run_console.h"
#include "engine/cli/run_json.h"
#include "engine/cli/run_world.h"
#include "engine/runtime/resumed_run.h"
#include "engine/runtime/run_figure_counter.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <QCoreApplication>

#include <CLI/CLI.hpp>

namespace engine::cli {

using tracestore::safeText;

namespace {

    InDoubtChoice choiceOf(const std::string& word)
    {
        if (word == "repeat")
            return InDoubtChoice::Repeat;
        return word == "fail" ? InDoubtChoice::Fail : InDoubtChoice::Ask;
    }

} // namespace

void ResumeCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_record, "The .kymo file of the run; what follows is added to it")
        ->required();
    app.add_option("--agent", m_agent, "The agent's file, where the recording does not say it");
    app.add_option("--in-doubt",
                   m_inDoubtWord,
                   "What was begun and may have been done: ask (as a rule), repeat or fail")
        ->check(CLI::IsMember({"ask", "repeat", "fail"}))
        ->option_text("ask|repeat|fail");
    app.add_option("--input", m_input, "What to say once it has answered; - reads standard input");
    m_manner.addTo(app);
}

ExitCode ResumeCommand::run(CommandContext& context)
{
    auto resumed = readResumedRun(m_record, m_agent);
    if (!resumed) {
        context.err.line("kymo: " + safeText(resumed.error().message));
        return ExitCode::Failed;
    }
    if (resumed->recorded.isIdle() && m_input.empty())
        return tellAnswer(*resumed, context);
    readStandardInput(m_input);
    const CommandLoop loop;
    CommandWorld world;
    RunSession session(1, std::move(resumed->config), world.forRun());
    RunConsole::Manner manner = m_manner;
    manner.isResumed = true;
    if (!m_input.empty())
        manner.nextInput = m_input;
    RunConsole console(session, context.out, context.err, std::move(manner));
    session.resume(std::move(resumed->recorded), choiceOf(m_inDoubtWord));
    QCoreApplication::exec();
    console.finish();
    return exitCodeOf(session.status());
}

/// Nothing is left to do, and nothing is changed: it may go on with the next input.
ExitCode ResumeCommand::tellAnswer(const ResumedRun& resumed, CommandContext& context) const
{
    const tracestore::AgentEnded& answer = *resumed.recorded.lastAnswer();
    RunStatus status;
    status.state = RunState::Idle;
    status.agent = resumed.config.name;
    status.isScripted = resumed.recorded.started().isScripted;
    status.result = AgentResult {answer.status, answer.answer, answer.reason};
    status.recordFile = QString::fromStdString(m_record);
    RunFigureCounter figures;
    for (const RunEventPtr& event : resumed.recorded.events())
        figures.onEvent(event);
    status.figures = figures.figures();
    if (m_manner.isJson)
        context.out.line(tracestore::toJsonText(runJson(status), 2));
    else
        context.out.line(safeText(answer.answer.empty() ? answer.reason : answer.answer));
    if (!m_manner.isQuiet && !m_manner.isJson)
        context.err.line("The run has answered and waits for its user: nothing is left to do. "
                         "`--input TEXT` goes on with the conversation.");
    return exitCodeOf(status);
}

} // namespace engine::cli
