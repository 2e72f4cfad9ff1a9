// Commands that start a run, let it go on and answer it.
#include "engine/cli/debugger/debug_console.h"
#include "engine/cli/debugger/debug_text.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::cli {

using tracestore::safeLine;

namespace {

    constexpr const char* kOnlyRecordings
        = "Only a recording goes back: `kymo debug FILE` goes through one.";
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
    if (isTravel())
        return refuse("A recording is not run again: `goto start` goes to its beginning, "
                      "`continue` goes on from here.");
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

DebugConsole::Outcome DebugConsole::step(StepMode mode, std::string_view countText, bool isBack)
{
    if (isBack && !isTravel())
        return refuse(kOnlyRecordings);
    auto count = parseCount(countText, 1);
    if (!count)
        return tracestore::fail(std::move(count).error());
    if (!isLive() && m_manner.socket.isEmpty())
        return run({}, true);
    m_steppedBy = StepRun {mode, {}, isBack};
    m_stepsLeft = std::min(*count, kMostSteps);
    return resume(m_steppedBy);
}

/// Breakpoints are gone to one after another.
DebugConsole::Outcome DebugConsole::travelOn(std::string_view countText, bool isBack)
{
    if (!isTravel())
        return refuse(kOnlyRecordings);
    auto count = parseCount(countText, 1);
    if (!count)
        return tracestore::fail(std::move(count).error());
    m_steppedBy = ContinueRun {{}, isBack};
    m_stepsLeft = std::min(*count, kMostSteps);
    return resume(m_steppedBy);
}

DebugConsole::Outcome DebugConsole::travel(const DebugWord& word, std::string_view rest)
{
    if (!isTravel())
        return refuse(kOnlyRecordings);
    if (rest.empty())
        return refuse("Of what? `" + std::string(word.usage) + "`.");
    const std::string text(rest);
    switch (word.id) {
    case DebugWordId::LastChange:
    case DebugWordId::NextChange: {
        const bool isBack = word.id == DebugWordId::LastChange;
        const bool isNumber = text.find_first_not_of("0123456789") == std::string::npos;
        if (!isNumber)
            return resume(GoToChange {0, text, isBack});
        auto number = parseCount(text, 0);
        if (!number)
            return tracestore::fail(std::move(number).error());
        return resume(GoToChange {static_cast<WatchId>(*number), {}, isBack});
    }
    case DebugWordId::FirstHit:
        return resume(GoToHit {text, GoToHit::Which::First});
    case DebugWordId::LastHit:
        return resume(GoToHit {text, GoToHit::Which::Last});
    case DebugWordId::NextHit:
        return resume(GoToHit {text, GoToHit::Which::Next});
    default:
        return resume(GoToHit {text, GoToHit::Which::Previous});
    }
}

DebugConsole::Outcome DebugConsole::goTo(std::string_view rest)
{
    if (!isTravel())
        return refuse(kOnlyRecordings);
    WordReader words(rest);
    const std::string where = words.next();
    const std::string end = words.next();
    if (where.empty() || (!end.empty() && end != "end"))
        return refuse("Where to? `goto STEP [end]`, `goto start` or `goto end`.");
    GoToMoment order;
    order.isAtEnd = end == "end";
    if (where == "end" && m_status.debug.travel)
        order.position = m_status.debug.travel->count - 1;
    else if (where.find_first_not_of("0123456789") == std::string::npos)
        order.effect = '#' + where;
    else if (where != "start")
        order.effect = where;
    return resume(order);
}

DebugConsole::Outcome DebugConsole::play(std::string_view rest)
{
    if (!isTravel())
        return refuse(kOnlyRecordings);
    PlayRun order;
    if (rest == "instant")
        order.pace = PlayRun::Pace::Instant;
    else if (!rest.empty()) {
        bool isNumber = false;
        order.factor = QString::fromStdString(std::string(rest)).toDouble(&isNumber);
        if (!isNumber)
            return refuse("`play`, `play 10`, `play 0.5` or `play instant`.");
    }
    m_played = {};
    return resume(order);
}

DebugConsole::Outcome DebugConsole::goOn(std::string_view rest)
{
    if (isTravel())
        return travelOn(rest, false);
    m_steppedBy = StepRun {};
    m_stepsLeft = 0;
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
