// Commands that start a run, let it go on and answer it.
#include "engine/cli/debugger/debug_console.h"
#include "engine/cli/debugger/debug_text.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::cli {

using tracestore::safeLine;

namespace {

    constexpr std::uint64_t kMostSteps = 1'000'000;

    /// A recording for each time that the agent is run: `x.kymo`, `x-2.kymo` ...
    QString recordFileOf(const QString& file, int number)
    {
        if (file.isEmpty() || number == 1)
            return file;
        const QString tail = u"-%1.kymo"_s.arg(number);
        return file.endsWith(u".kymo") ? file.chopped(5) + tail : file + tail;
    }

} // namespace

DebugConsole::Outcome DebugConsole::run(const std::string& input, bool stopsAtEntry)
{
    if (!m_manner.socket.isEmpty())
        return refuse("It was started elsewhere, and only there it can be started again.");
    if (!input.empty())
        m_manner.input = input;
    if (m_manner.input.empty())
        return refuse("What is it to be asked? `run TEXT`.");
    if (m_run != 0)
        m_service.close(m_run); // it begins anew
    m_narrator.reset();
    m_status = {};
    m_toldStop = 0;
    m_toldQuestion.clear();
    m_stateBefore = RunState::Starting;
    m_hasMoved = false;
    m_wait = Wait::Rest;
    RunRequest request {.agentFile = m_manner.agentFile,
                        .input = QString::fromStdString(m_manner.input),
                        .recordFile = recordFileOf(m_manner.recordFile, ++m_runs),
                        .debug = {m_setup, m_testMode, stopsAtEntry}};
    m_run = m_service.start(request);
    return Progress::Waits;
}

/// Gives an order after which the run goes on, and waits for its next rest.
DebugConsole::Outcome DebugConsole::resume(DebugOrder order)
{
    if (!isLive())
        return refuse("No run is under way. `run` starts one.");
    if (m_status.state == RunState::Idle)
        return refuse("The agent has answered. `say TEXT` goes on with the conversation, `run` "
                      "begins anew.");
    const bool isHeld = m_status.debug.state == DebugState::Paused;
    if (!isHeld && !m_status.questions.empty() && m_status.state == RunState::Waiting)
        return refuse("The agent waits for an answer: `allow`, `deny` or `reply TEXT`.");
    m_wait = Wait::Rest;
    m_hasMoved = !isHeld;
    m_hadProblem = false;
    m_stateBefore = m_status.state;
    const bool isPause = std::holds_alternative<PauseRun>(order);
    if (isHeld ? !isPause : isPause || std::holds_alternative<RunTo>(order))
        m_service.debug(m_run, order);
    return Progress::Waits;
}

DebugConsole::Outcome DebugConsole::step(StepMode mode, std::string_view countText)
{
    auto count = parseCount(countText, 1);
    if (!count)
        return tracestore::fail(std::move(count).error());
    if (!isLive() && m_manner.socket.isEmpty())
        return run({}, true);
    m_stepMode = mode;
    m_stepsLeft = std::min(*count, kMostSteps);
    return resume(StepRun {mode, {}});
}

DebugConsole::Outcome DebugConsole::goOn(std::string_view rest)
{
    if (rest.find(':') != std::string_view::npos) // the name of a step
        return order(ContinueRun {std::string(rest)}, "It goes on; what else is held stays.");
    auto count = parseCount(rest, 1);
    if (!count)
        return tracestore::fail(std::move(count).error());
    if (*count > 1 && m_status.debug.stop) {
        for (const BreakpointHit& hit : m_status.debug.stop->hits) {
            for (Breakpoint& breakpoint : m_setup.breakpoints) {
                if (breakpoint.id == hit.id)
                    breakpoint.hits = {HitRule::Kind::AtLeast, hit.number + *count};
            }
        }
        m_service.debug(m_run, SetDebugSetup {m_setup});
    }
    return resume(ContinueRun {});
}

/// Gives an order that does not let the run go on; `done` is told when it was taken.
DebugConsole::Outcome DebugConsole::order(DebugOrder given, std::string done)
{
    if (!isLive())
        return refuse("No run is under way. `run` starts one.");
    m_wait = Wait::Order;
    m_hadProblem = false;
    m_doneText = std::move(done);
    m_service.debug(m_run, given);
    m_wasAnswered = false;
    // Orders are taken one after another: when this comes back, the other was. When it comes back
    // a second time the status was told too, which is told a moment after an order.
    m_service.debug(m_run, EvaluateExpression {++m_request, "turn", {}});
    return Progress::Waits;
}

DebugConsole::Outcome DebugConsole::say(std::string_view text)
{
    if (!isLive() || m_status.state != RunState::Idle)
        return refuse("The agent does not wait for its user.");
    if (text.empty())
        return refuse("Say what? `say TEXT`.");
    m_service.say(m_run, QString::fromStdString(std::string(text)));
    m_wait = Wait::Rest;
    m_hasMoved = false;
    m_stateBefore = RunState::Idle;
    return Progress::Waits;
}

DebugConsole::Outcome DebugConsole::reply(std::string_view text, bool mustBeApproval)
{
    if (!isLive() || m_status.questions.empty())
        return refuse("The agent asks nothing.");
    const RunQuestion question = m_status.questions.front();
    if (mustBeApproval && !question.question.isApproval)
        return refuse("It asks for no approval: `reply TEXT` answers.");
    if (text.empty())
        return refuse("Reply what? `reply TEXT`.");
    m_service.answer(m_run, question.effect, QString::fromStdString(std::string(text)));
    if (m_status.debug.state == DebugState::Paused)
        return Progress::Done;
    m_wait = Wait::Rest;
    m_hasMoved = false;
    m_hadProblem = false;
    m_stateBefore = m_status.state;
    return Progress::Waits;
}

DebugConsole::Outcome DebugConsole::testMode(std::string_view rest)
{
    WordReader words(rest);
    const std::string word = words.next();
    if (isLive())
        m_testMode = {m_status.debug.isTestMode, m_status.debug.allowedTools};
    if (word == "on" || word == "off")
        m_testMode.isOn = word == "on";
    else if (word == "allow" && !words.isAtEnd())
        m_testMode.allowedTools.push_back(words.next());
    else
        return refuse("`test on`, `test off` or `test allow TOOL`.");
    if (isLive())
        m_service.debug(m_run, m_testMode);
    std::string text = m_testMode.isOn ? "Stops before every tool call" : "Test mode is off";
    for (const std::string& tool : m_testMode.allowedTools)
        text += (&tool == &m_testMode.allowedTools.front() ? "; allowed: " : ", ") + tool;
    m_out.line(safeLine(text + '.'));
    return Progress::Done;
}

} // namespace engine::cli
