#include "engine/cli/debugger/debug_console.h"

#include "engine/cli/debugger/debug_listing.h"
#include "engine/cli/debugger/debug_text.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace engine::cli {

using tracestore::safeLine;
using tracestore::safeText;
using Style = Output::Style;

namespace {

    /// The call for which an approval is asked.
    std::string approvalText(const UserQuestion& question)
    {
        const auto subject = tracestore::parseJson(question.subject);
        if (!subject || !subject->is_object() || !subject->contains("arguments"))
            return shownJson(question.subject);
        return shownJson(tracestore::toJsonText((*subject)["arguments"]));
    }

} // namespace

DebugConsole::DebugConsole(
    EngineService& service, LineSource& lines, Output& out, Output& err, Manner manner)
    : m_service(service)
    , m_lines(lines)
    , m_out(out)
    , m_err(err)
    , m_manner(std::move(manner))

{
    takeSetup(m_manner.setup);
    connect(&lines, &LineSource::came, this, &DebugConsole::read);
    connect(&lines, &LineSource::ended, this, [this] {
        if (m_lines.isInteractive())
            m_out.line({}); // after ^D
        quit();
    });
    connect(&service, &EngineService::statusChanged, this, &DebugConsole::onStatus);
    connect(&service, &EngineService::stepInspected, this, [this](RunId id, const auto& step) {
        if (id == m_run)
            onInspection(step);
    });
    connect(&service, &EngineService::evaluated, this, [this](RunId id, const auto& value) {
        if (id == m_run)
            onEvaluation(value);
    });
    connect(&service, &EngineService::debugLogged, this, [this](RunId id, const auto& line) {
        if (id == m_run)
            onDebugLine(line);
    });
    connect(&service, &EngineService::debugSetupTold, this, [this](RunId id, const auto& setup) {
        if (id == m_run)
            takeSetup(setup);
    });
    connect(&service, &EngineService::logged, this, [this](RunId id, const QString& line) {
        if (id == m_run)
            tell(m_err, m_err.styled(Style::Faint, safeLine(line.toStdString())));
    });
    connect(&service, &EngineService::traceGrown, this, [this](RunId id, const auto& trace) {
        if (id != m_run)
            return;
        for (const std::string& line : m_narrator.linesOf(*trace))
            tell(m_out, m_out.styled(Style::Faint, line));
    });
}

DebugConsole::~DebugConsole() = default;

void DebugConsole::begin()
{
    if (m_manner.socket.isEmpty() && !isTravel())
        return next();
    m_run = isTravel() ? m_service.travel({.trace = m_manner.trace,
                                           .session = m_manner.session,
                                           .file = m_manner.recordFile,
                                           .setup = m_setup})
                       : m_service.attach(m_manner.socket);
    m_wait = Wait::Rest;
    m_hasMoved = false;
}

/// Asks for the next command, where none is under way.
void DebugConsole::next()
{
    if (m_isOver || m_isAsking || m_wait != Wait::Nothing)
        return;
    m_out.flush();
    m_err.flush();
    m_isAsking = true;
    if (!m_manner.script.empty()) {
        m_line = std::move(m_manner.script.front());
        m_manner.script.pop_front();
        QMetaObject::invokeMethod(
            this, [this, line = m_line.text] { read(line); }, Qt::QueuedConnection);
    } else if (m_manner.isBatch) {
        QMetaObject::invokeMethod(this, &DebugConsole::quit, Qt::QueuedConnection);
    } else {
        m_line = {};
        m_lines.want(m_collects != 0 ? "> " : "(kymo) ");
    }
}

void DebugConsole::read(const std::string& line)
{
    if (m_isOver)
        return;
    m_isAsking = false;
    if (m_collects != 0)
        collect(line);
    else
        execute(line);
}

void DebugConsole::execute(const std::string& line)
{
    std::string text(trimmed(line));
    if (text.empty() && !m_repeated.empty())
        text = m_repeated;
    if (text.empty() || text.starts_with('#'))
        return next();
    const std::size_t end = std::min(text.find_first_of(" \t/"), text.size());
    const std::string typed = text.substr(0, std::max<std::size_t>(end, 1));
    auto word = findDebugWord(typed);
    if (!word)
        return fail(word.error().message);
    m_repeated = (*word)->repeats ? text : std::string();
    take(dispatch(**word, typed, trimmed(std::string_view(text).substr(typed.size()))));
}

/// What came of a command, or of what it waited for.
void DebugConsole::take(Outcome outcome)
{
    if (!outcome)
        return fail(outcome.error().message);
    if (*outcome == Progress::Over)
        return quit();
    if (*outcome == Progress::Done)
        finish(true);
}

void DebugConsole::fail(const std::string& message)
{
    tell(m_err, safeText(message));
    finish(false);
}

/// A script ends where a command fails: what follows may count on it.
void DebugConsole::finish(bool isOk)
{
    m_wait = Wait::Nothing;
    m_stepsLeft = isOk ? m_stepsLeft : 0;
    if (!isOk) {
        m_hasFailed = true;
        m_repeated.clear();
        tellFailedLine();
        m_manner.script.clear();
    }
    next();
}

/// Who reads what a script came to knows where it broke off.
void DebugConsole::tellFailedLine()
{
    if (m_line.number == 0)
        return;
    tell(m_err,
         safeLine(m_line.file + ", line " + std::to_string(m_line.number)
                  + " failed: " + std::string(trimmed(m_line.text))
                  + (m_manner.script.empty() ? "" : "  (what follows is not done)")));
    m_line = {};
}

/// Prints, also while somebody types.
void DebugConsole::tell(Output& to, const std::string& text)
{
    const bool isTyping = m_isAsking && m_lines.isInteractive();
    if (isTyping)
        m_lines.hide();
    m_out.flush();
    to.line(text);
    to.flush();
    if (isTyping)
        m_lines.show();
}

void DebugConsole::interrupt()
{
    if (m_wait == Wait::Editor)
        return;
    if (m_wait == Wait::Nothing) {
        m_collects = 0;
        m_lines.discard();
        return;
    }
    if (m_wait != Wait::Rest)
        return finish(false);
    m_stepsLeft = 0;
    if (isTravel()) {
        m_service.debug(m_run, PauseRun {});
        return;
    }
    if (++m_interrupts == 1 && m_status.state == RunState::Running) {
        tell(m_err, "Stops before the next step. Ctrl+C again ends the run.");
        m_service.debug(m_run, PauseRun {});
        return;
    }
    m_service.stop(m_run);
}

void DebugConsole::quit()
{
    if (std::exchange(m_isOver, true))
        return;
    m_out.flush();
    m_err.flush();
    emit over();
}

bool DebugConsole::isLive() const
{
    return m_run != 0 && m_status.state != RunState::Ended;
}

/// Whether there is something that the run waits for, which was not there when one began to wait.
bool DebugConsole::isAtRest() const
{
    const DebugStatus& debug = m_status.debug;
    if (m_status.state == RunState::Ended)
        return true;
    if (debug.state == DebugState::Paused)
        return m_hasMoved || (debug.stop && debug.stop->number > m_toldStop);
    if (m_status.state == RunState::Idle)
        return m_hasMoved || m_stateBefore != RunState::Idle;
    return !m_status.questions.empty() && m_status.questions.front().effect != m_toldQuestion;
}

void DebugConsole::onStatus(const RunStatus& status)
{
    if (status.id != m_run)
        return;
    const bool isFirst = m_status.id != m_run;
    m_status = status;
    if (status.questions.empty())
        m_toldQuestion.clear();
    if (status.debug.state != DebugState::Paused && status.state != RunState::Idle)
        m_hasMoved = true;
    const bool isAttaching = isFirst && !m_manner.socket.isEmpty() && m_wait == Wait::Rest;
    if (isAttaching && status.state != RunState::Ended) {
        tell(m_out,
             "Attached to " + safeLine(status.agent)
                 + (status.debug.state == DebugState::Paused
                        ? std::string(".")
                        : ", which goes on. `interrupt` stops it before its next step."));
        if (m_manner.setup != DebugSetup {}) {
            takeSetup(m_manner.setup);
            m_service.debug(m_run, SetDebugSetup {m_manner.setup});
        }
        m_hasMoved = true;
        if (isAtRest())
            tellRest();
        return finish(true);
    }
    tellPlaying();
    if (m_wait == Wait::Rest && isAtRest())
        return goOnStepping();
    // Somebody else may have ordered something.
    const bool isNews = (status.debug.state == DebugState::Paused && status.debug.stop
                         && status.debug.stop->number > m_toldStop)
        || ((status.state == RunState::Ended || status.state == RunState::Idle)
            && status.state != m_toldState);
    if (m_wait == Wait::Nothing && isNews)
        tellRest();
}

/// A line for each step that is passed while a recording is played.
void DebugConsole::tellPlaying()
{
    const auto& travel = m_status.debug.travel;
    if (!travel || !travel->isPlaying || travel->span == m_played)
        return;
    m_played = travel->span;
    if (!m_status.debug.pending.empty()) {
        const PendingStep& step = m_status.debug.pending.back();
        tell(m_out, m_out.styled(Style::Faint, safeLine(step.effect + "  " + step.name)));
    }
}

/// At rest: that is told, and the next of several steps is done.
void DebugConsole::goOnStepping()
{
    const DebugStatus& debug = m_status.debug;
    // In a recording an order may lead nowhere, which was said.
    if (isTravel() && m_hadProblem && debug.stop && debug.stop->number <= m_toldStop)
        return finish(false);
    const auto wanted = std::holds_alternative<ContinueRun>(m_steppedBy)
        ? DebugStop::Cause::Breakpoint
        : DebugStop::Cause::Step;
    const bool wasStep
        = debug.state == DebugState::Paused && debug.stop && debug.stop->cause == wanted;
    tellRest();
    if (m_stepsLeft > 1 && wasStep) {
        --m_stepsLeft;
        take(resume(m_steppedBy));
        return;
    }
    m_stepsLeft = 0;
    finish(m_status.state != RunState::Ended || m_status.problem.empty()
           || (m_status.result && m_status.result->status == OutcomeStatus::Ok));
}

void DebugConsole::tellRest()
{
    m_interrupts = 0;
    const bool hasToldAnswer = std::exchange(m_toldState, m_status.state) == RunState::Idle
        && m_status.state == RunState::Ended;
    const DebugStatus& debug = m_status.debug;
    if (debug.state == DebugState::Paused && m_status.state != RunState::Ended) {
        if (debug.stop)
            m_toldStop = std::max(m_toldStop, debug.stop->number);
        const std::string watches = watchesText(m_setup, debug);
        return tell(m_out, stopText(m_status, m_out) + (watches.empty() ? "" : '\n' + watches));
    }
    if (m_status.state == RunState::Ended || m_status.state == RunState::Idle) {
        m_repeated.clear();
        const bool isIdle = m_status.state == RunState::Idle;
        if (m_status.result && !m_status.result->answer.empty() && !hasToldAnswer)
            tell(m_out, safeText(m_status.result->answer));
        std::string end = isIdle ? "The agent has answered." : "The run has ended.";
        if (m_status.result && m_status.result->status != OutcomeStatus::Ok)
            end = "The run has ended: "
                + (m_status.result->reason.empty() ? std::string(toWord(m_status.result->status))
                                                   : m_status.result->reason);
        else if (!m_status.problem.empty())
            end = m_status.problem;
        return tell(m_out, m_out.styled(Style::Faint, safeLine(end)));
    }
    if (m_status.questions.empty())
        return;
    const RunQuestion& question = m_status.questions.front();
    m_toldQuestion = question.effect;
    std::string text = "The agent asks: " + safeText(question.question.question);
    if (question.question.isApproval)
        text += '\n' + approvalText(question.question) + "\n`allow` or `deny` answers.";
    else {
        for (const std::string& option : question.question.options)
            text += "\n  " + safeLine(option);
        text += "\n`reply TEXT` answers.";
    }
    tell(m_out, text);
}

void DebugConsole::onInspection(const StepInspection& step)
{
    if (m_wait != Wait::Told || !m_onInspection)
        return;
    const auto then = std::exchange(m_onInspection, nullptr);
    if (!step.problem.empty())
        return fail(step.problem);
    m_wait = Wait::Nothing;
    take(then(step));
}

void DebugConsole::onEvaluation(const Evaluation& value)
{
    if (value.request != m_request)
        return;
    if (m_wait == Wait::Told && m_onEvaluation) {
        const auto then = std::exchange(m_onEvaluation, nullptr);
        m_wait = Wait::Nothing;
        return take(then(value));
    }
    if (m_wait == Wait::Order && !std::exchange(m_wasAnswered, true)) {
        m_service.debug(m_run, EvaluateExpression {++m_request, "turn", {}});
        return;
    }
    if (m_wait == Wait::Order) { // all that the order led to was told before
        if (!m_hadProblem && !m_doneText.empty())
            tell(m_out, m_doneText);
        return finish(!m_hadProblem);
    }
    if (m_wait == Wait::Rest && m_hadProblem && !m_hasMoved)
        finish(false);
}

void DebugConsole::takeSetup(const DebugSetup& setup)
{
    m_setup = setup;
    for (const Breakpoint& each : setup.breakpoints)
        m_lastBreakpoint = std::max(m_lastBreakpoint, each.id);
    for (const Watch& each : setup.watches)
        m_lastWatch = std::max(m_lastWatch, each.id);
    for (const FaultRule& each : setup.faults)
        m_lastFault = std::max(m_lastFault, each.id);
}

void DebugConsole::onDebugLine(const DebugLine& line)
{
    const bool isProblem = line.kind == DebugLine::Kind::Problem;
    if (line.kind == DebugLine::Kind::Log)
        tell(m_out, safeText(line.text));
    else
        tell(isProblem ? m_err : m_out, m_out.styled(Style::Faint, safeText(line.text)));
    if (!isProblem)
        return;
    m_hadProblem = true;
    if (m_wait == Wait::Told)
        return finish(false);
    // Was it the order that one waits for? Where nothing has moved when this comes back, it was.
    if (m_wait == Wait::Rest && !m_hasMoved)
        m_service.debug(m_run, EvaluateExpression {++m_request, "turn", {}});
}

std::vector<std::string> DebugConsole::completions(std::string_view line) const
{
    const std::size_t blank = line.find_last_of(" \t");
    const bool isFirst = blank == std::string_view::npos;
    const std::string_view begun = isFirst ? line : line.substr(blank + 1);
    std::set<std::string> words;
    const auto add = [&](std::string_view word) {
        if (word.starts_with(begun) && !word.empty())
            words.emplace(word);
    };
    if (isFirst || trimmed(line.substr(0, blank)) == "help") {
        for (const DebugWord& word : debugWords())
            add(word.name);
        return {words.begin(), words.end()};
    }
    if (trimmed(line.substr(0, blank)) == "info" || trimmed(line.substr(0, blank)) == "i") {
        for (const InfoWord& word : infoWords())
            add(word.name);
        return {words.begin(), words.end()};
    }
    for (const StopKindInfo& info : stopKinds())
        add(info.word);
    for (const char* word : {"agent=",
                             "args.",
                             "attempt",
                             "calls.session",
                             "cost.session",
                             "errors.session",
                             "if",
                             "model=",
                             "repeat(args)",
                             "repeat(tool)",
                             "result",
                             "state.",
                             "tokens.session",
                             "tool=",
                             "turn"})
        add(word);
    for (const std::string& name : m_manner.names)
        add(name);
    for (const PendingStep& step : m_status.debug.pending) {
        add(step.name);
        add(step.effect);
    }
    for (const AgentFrame& frame : m_status.debug.frames)
        add(frame.name);
    for (const Breakpoint& breakpoint : m_setup.breakpoints) {
        add(breakpoint.scope.tool);
        add(breakpoint.group);
    }
    return {words.begin(), words.end()};
}

} // namespace engine::cli
