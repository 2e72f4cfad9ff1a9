// What the commands of the line debugger do.
#include "engine/breakpoint/expression.h"
#include "engine/cli/debugger/debug_console.h"
#include "engine/cli/debugger/debug_listing.h"
#include "engine/cli/debugger/debug_text.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::Result;
using tracestore::safeLine;
using tracestore::safeText;

namespace {

    constexpr std::uint64_t kMostSteps = 1'000'000;
    constexpr std::size_t kShownValue = 200;
    constexpr qint64 kMostBytes = qint64 {64} << 20;

    tracestore::Failure refuse(std::string message)
    {
        return tracestore::fail(ErrorCode::Invalid, std::move(message));
    }

    template<class T>
    void eraseId(std::vector<T>& list, std::uint32_t id)
    {
        std::erase_if(list, [&](const T& each) { return each.id == id; });
    }

    std::vector<std::string> wordsOf(std::string_view text)
    {
        std::vector<std::string> words;
        for (WordReader reader(text); !reader.isAtEnd();)
            words.push_back(reader.next());
        return words;
    }

    /// A recording for each time that the agent is run: `x.kymo`, `x-2.kymo` ...
    QString recordFileOf(const QString& file, int number)
    {
        if (file.isEmpty() || number == 1)
            return file;
        const QString tail = u"-%1.kymo"_s.arg(number);
        return file.endsWith(u".kymo") ? file.chopped(5) + tail : file + tail;
    }

    Result<std::string> readText(std::string_view path)
    {
        QFile file(QString::fromStdString(std::string(path)));
        if (!file.open(QIODevice::ReadOnly))
            return refuse("Cannot read " + std::string(path) + ": "
                          + file.errorString().toStdString() + '.');
        if (file.size() > kMostBytes)
            return refuse(std::string(path) + " is too long.");
        return file.readAll().toStdString();
    }

    /// The part of a state's path, where one is meant.
    std::optional<std::string> statePath(std::string_view path)
    {
        if (path == "state")
            return std::string();
        if (path.starts_with("state."))
            return std::string(path.substr(6));
        return {};
    }

} // namespace

DebugConsole::Outcome
DebugConsole::dispatch(const DebugWord& word, const std::string& typed, std::string_view rest)
{
    using enum DebugWordId;
    switch (word.id) {
    case Run:
        return run(std::string(rest), typed == "start");
    case Continue:
        return goOn(rest);
    case Step:
        return step(StepMode::Into, rest);
    case Next:
        return step(StepMode::Over, rest);
    case Finish:
        return step(StepMode::Out, rest);
    case Turn:
        return step(StepMode::Turn, rest);
    case Until: {
        auto target = parseBreakpoint(rest);
        if (rest.empty())
            return refuse("Until where? `until refund` goes on to the next call of refund.");
        if (!target)
            return tracestore::fail(std::move(target).error());
        if (const auto problem = problemOf(*target))
            return refuse(problem->message);
        return resume(RunTo {*target});
    }
    case Interrupt:
        return resume(PauseRun {});
    case Kill:
        if (!isLive())
            return refuse("No run is under way.");
        m_service.stop(m_run);
        m_wait = Wait::Rest;
        m_hasMoved = false;
        return Progress::Waits;
    case Say:
        return say(rest);
    case Allow:
    case Deny:
        return reply(word.name, true);
    case Reply:
        return reply(rest, false);
    case Break:
    case TemporaryBreak:
        return addBreakpoint(parseBreakpoint(rest), word.id == TemporaryBreak);
    case LogPoint:
        return addBreakpoint(parseLogpoint(rest), false);
    case Watch:
        return watch(rest);
    case Condition: {
        WordReader words(rest);
        const std::string number = words.next();
        const std::string condition(words.rest());
        return change(number, [condition](Breakpoint& breakpoint) -> Outcome {
            breakpoint.condition = condition;
            return Progress::Done;
        });
    }
    case Ignore: {
        WordReader words(rest);
        const std::string number = words.next();
        auto count = parseCount(words.rest(), 0);
        if (!count || *count == 0)
            return refuse("`ignore NUMBER COUNT`: how many hits are passed over.");
        return change(number, [this, more = *count](Breakpoint& breakpoint) -> Outcome {
            std::uint64_t hits = 0;
            for (const BreakpointTally& tally : m_status.debug.breakpoints)
                hits = tally.id == breakpoint.id ? tally.hits : hits;
            breakpoint.hits = {HitRule::Kind::AtLeast, hits + more + 1};
            return Progress::Done;
        });
    }
    case Hits: {
        WordReader words(rest);
        const std::string number = words.next();
        auto rule = parseHits(words.rest());
        if (!rule)
            return tracestore::fail(std::move(rule).error());
        return change(number, [hits = *rule](Breakpoint& breakpoint) -> Outcome {
            breakpoint.hits = hits;
            return Progress::Done;
        });
    }
    case Commands:
        return startCommands(rest);
    case Group:
        return group(rest);
    case Enable:
    case Disable:
    case Delete:
        return switchAll(rest, word.id);
    case Backtrace:
        m_out.line(backtraceText(m_status.debug));
        return Progress::Done;
    case Info:
        return info(rest);
    case Print:
        return print(rest);
    case Display:
        return display(rest);
    case Undisplay:
        return undisplay(rest);
    case List:
        return list(rest);
    case Edit:
        return edit(rest);
    case Set:
        return set(rest);
    case Undo: {
        auto at = held();
        if (!at)
            return tracestore::fail(std::move(at).error());
        return order(UndoEdit {(*at)->effect}, "The last change is taken back.");
    }
    case Answer:
        return answer(rest);
    case Fail:
        return failStep(rest);
    case Cancel: {
        auto at = held();
        if (rest.empty() && !at)
            return tracestore::fail(std::move(at).error());
        return order(CancelStep {rest.empty() ? (*at)->effect : std::string(rest)},
                     "It is given up.");
    }
    case Inject:
        return inject(rest);
    case Test:
        return testMode(rest);
    case Save:
        return save(rest);
    case Source:
        return source(rest);
    case Echo:
        m_out.line(safeText(rest));
        return Progress::Done;
    case Detach:
        if (m_manner.socket.isEmpty())
            return refuse("This run lives in this debugger: `quit` ends both.");
        return Progress::Over;
    case Help: {
        auto text = debugHelp(rest);
        if (!text)
            return tracestore::fail(std::move(text).error());
        m_out.line(*text);
        return Progress::Done;
    }
    case Quit:
        return Progress::Over;
    }
    return Progress::Done;
}

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

/// Tells the run of a setup that has changed.
DebugConsole::Outcome DebugConsole::applySetup(const std::string& told)
{
    if (!told.empty())
        m_out.line(told);
    if (isLive())
        m_service.debug(m_run, SetDebugSetup {m_setup});
    return Progress::Done;
}

DebugConsole::Outcome DebugConsole::addBreakpoint(Result<Breakpoint> breakpoint, bool isOneShot)
{
    if (!breakpoint)
        return tracestore::fail(std::move(breakpoint).error());
    if (breakpoint->scope == StepScope {} && breakpoint->condition.empty()
        && breakpoint->kind == StopKind::Step) {
        auto at = held();
        if (!at)
            return refuse("Break where? `break refund`, `break before_model`, `break if ...`; "
                          "`help break` tells more.");
        breakpoint->kind = (*at)->kind == tracestore::EffectKind::Model ? StopKind::BeforeModel
            : (*at)->kind == tracestore::EffectKind::Tool               ? StopKind::BeforeTool
                                                                        : StopKind::Step;
        if (breakpoint->kind == StopKind::BeforeTool)
            breakpoint->scope.tool = (*at)->name;
    }
    if (const auto problem = problemOf(*breakpoint))
        return refuse(problem->message + (problem->hint.empty() ? "" : ' ' + problem->hint));
    breakpoint->isOneShot = isOneShot;
    breakpoint->id = ++m_lastBreakpoint;
    m_setup.breakpoints.push_back(*breakpoint);
    return applySetup(safeLine((breakpoint->pauses() ? "Breakpoint " : "Logpoint ")
                               + std::to_string(breakpoint->id) + ": " + breakpoint->toText()));
}

DebugConsole::Outcome DebugConsole::watch(std::string_view expression)
{
    if (expression.empty())
        return refuse("Watch what? `watch args.amount`, `watch state.plan`.");
    if (auto parsed = Expression::parse(expression); !parsed)
        return tracestore::fail(std::move(parsed).error());
    Breakpoint breakpoint = changeOf(expression);
    if (const auto problem = problemOf(breakpoint))
        return refuse(problem->message + (problem->hint.empty() ? "" : ' ' + problem->hint));
    breakpoint.id = ++m_lastBreakpoint;
    breakpoint.note = "watch " + std::string(expression);
    m_setup.breakpoints.push_back(breakpoint);
    m_setup.watches.push_back({++m_lastWatch, std::string(expression), {}});
    return applySetup(
        safeLine("Watchpoint " + std::to_string(breakpoint.id) + ": " + std::string(expression)));
}

DebugConsole::Outcome DebugConsole::display(std::string_view expression)
{
    if (expression.empty()) {
        const std::string all = watchesText(m_setup, m_status.debug);
        m_out.line(all.empty() ? "Nothing is displayed." : all);
        return Progress::Done;
    }
    if (auto parsed = Expression::parse(expression); !parsed)
        return tracestore::fail(std::move(parsed).error());
    m_setup.watches.push_back({++m_lastWatch, std::string(expression), {}});
    if (auto applied = applySetup({}); !applied || m_status.debug.state != DebugState::Paused)
        return applied;
    return print(expression);
}

DebugConsole::Outcome DebugConsole::undisplay(std::string_view numbers)
{
    if (numbers.empty())
        m_setup.watches.clear();
    for (const std::string& word : wordsOf(numbers)) {
        const auto number = parseCount(word, 0);
        const auto found = !number
            ? m_setup.watches.end()
            : std::ranges::find_if(m_setup.watches,
                                   [&](const engine::Watch& each) { return each.id == *number; });
        if (found == m_setup.watches.end())
            return refuse("There is no display " + word + '.');
        m_setup.watches.erase(found);
    }
    return applySetup({});
}

DebugConsole::Outcome DebugConsole::switchFaults(std::string_view numbers, DebugWordId id)
{
    std::vector<FaultRule> faults = m_setup.faults;
    const auto words = wordsOf(numbers);
    for (const std::string& word : words) {
        const auto number = parseCount(word, 0);
        if (!number
            || std::ranges::none_of(faults, [&](const auto& each) { return each.id == *number; }))
            return refuse("There is no fault " + word + '.');
    }
    const auto isMeant = [&](const FaultRule& rule) {
        return words.empty() || std::ranges::find(words, std::to_string(rule.id)) != words.end();
    };
    if (id == DebugWordId::Delete)
        std::erase_if(faults, isMeant);
    for (FaultRule& rule : faults) {
        if (isMeant(rule))
            rule.isEnabled = id == DebugWordId::Enable;
    }
    m_setup.faults = faults;
    return applySetup({});
}

DebugConsole::Outcome DebugConsole::switchAll(std::string_view what, DebugWordId id)
{
    auto words = wordsOf(what);
    const bool isFault = !words.empty() && (words.front() == "fault" || words.front() == "faults");
    if (isFault)
        return switchFaults(WordReader(what.substr(words.front().size())).rest(), id);
    for (const std::string& word : words) {
        const auto isIt = [&](const Breakpoint& each) {
            return std::to_string(each.id) == word || (!each.group.empty() && each.group == word);
        };
        if (std::ranges::none_of(m_setup.breakpoints, isIt))
            return refuse("There is no breakpoint or group " + word
                          + ". `info breakpoints` lists them.");
    }
    const auto isMeant = [&](const Breakpoint& each) {
        return words.empty() || std::ranges::find(words, std::to_string(each.id)) != words.end()
            || (!each.group.empty() && std::ranges::find(words, each.group) != words.end());
    };
    for (Breakpoint& each : m_setup.breakpoints) {
        if (!isMeant(each))
            continue;
        each.isEnabled = id == DebugWordId::Enable;
        if (id == DebugWordId::Delete && each.note.starts_with("watch "))
            std::erase_if(m_setup.watches, [&](const engine::Watch& shown) {
                return each.note == "watch " + shown.expression;
            });
    }
    if (id == DebugWordId::Delete)
        std::erase_if(m_setup.breakpoints, isMeant);
    return applySetup({});
}

/// Changes one breakpoint; nothing is changed where what comes out makes no sense.
DebugConsole::Outcome DebugConsole::change(std::string_view numberText,
                                           const std::function<Outcome(Breakpoint&)>& how)
{
    const auto number = parseCount(numberText, 0);
    const auto found = std::ranges::find_if(
        m_setup.breakpoints, [&](const Breakpoint& each) { return number && each.id == *number; });
    if (found == m_setup.breakpoints.end())
        return refuse("There is no breakpoint " + std::string(numberText)
                      + ". `info breakpoints` lists them.");
    Breakpoint changed = *found;
    if (auto done = how(changed); !done)
        return done;
    if (const auto problem = problemOf(changed))
        return refuse(problem->message + (problem->hint.empty() ? "" : ' ' + problem->hint));
    *found = changed;
    return applySetup(
        safeLine("Breakpoint " + std::to_string(changed.id) + ": " + changed.toText()));
}

DebugConsole::Outcome DebugConsole::startCommands(std::string_view numberText)
{
    auto number = parseCount(numberText, m_lastBreakpoint);
    if (!number)
        return tracestore::fail(std::move(number).error());
    if (std::ranges::none_of(m_setup.breakpoints,
                             [&](const Breakpoint& each) { return each.id == *number; }))
        return refuse("There is no breakpoint " + std::to_string(*number) + '.');
    m_collects = static_cast<BreakpointId>(*number);
    m_collected.clear();
    m_collectedGoesOn = false;
    if (m_lines.isInteractive() && m_manner.script.empty())
        m_out.line(
            "What is done there, one a line, then `end`. `help commands` lists what can be.");
    return Progress::Done;
}

/// A line of `commands`.
void DebugConsole::collect(const std::string& line)
{
    const std::string text(trimmed(line));
    if (text == "end") {
        const std::string number = std::to_string(std::exchange(m_collects, 0));
        if (!m_collectedGoesOn && !m_collected.empty())
            m_collected.emplace_back(PauseAction {});
        return take(change(number, [this](Breakpoint& breakpoint) -> Outcome {
            breakpoint.actions = m_collected;
            return Progress::Done;
        }));
    }
    if (text == "continue" || text == "c") {
        m_collectedGoesOn = true;
        return next();
    }
    if (text.empty() || text == "silent" || text.starts_with('#'))
        return next();
    auto action = parseAction(text);
    if (!action) {
        if (!m_lines.isInteractive() || !m_manner.script.empty())
            m_collects = 0;
        return fail(action.error().message);
    }
    m_collected.push_back(*action);
    next();
}

DebugConsole::Outcome DebugConsole::group(std::string_view rest)
{
    auto words = wordsOf(rest);
    if (words.size() < 2)
        return refuse("`group NUMBER... NAME`: the breakpoints and the name of their group.");
    const std::string name = words.back();
    words.pop_back();
    for (const std::string& number : words) {
        auto done = change(number, [&](Breakpoint& breakpoint) -> Outcome {
            breakpoint.group = name;
            return Progress::Done;
        });
        if (!done)
            return done;
    }
    return Progress::Done;
}

DebugConsole::Outcome DebugConsole::info(std::string_view what)
{
    constexpr std::string_view kWhat[] {"agents",
                                        "breakpoints",
                                        "budget",
                                        "faults",
                                        "kinds",
                                        "line",
                                        "pending",
                                        "run",
                                        "state",
                                        "watches",
                                        "watchpoints",
                                        "display",
                                        "stack"};
    std::vector<std::string_view> meant;
    for (const std::string_view word : kWhat) {
        if (!what.empty() && word.starts_with(what))
            meant.push_back(word);
    }
    if (meant.empty())
        return refuse("`info` tells of agents, breakpoints, budget, faults, kinds, line, pending, "
                      "run, state or watches.");
    const std::string_view word = meant.front();
    const DebugStatus& debug = m_status.debug;
    if (word == "state")
        return inspect({}, [this](const StepInspection& step) -> Outcome {
            m_out.line(shownJson(step.state));
            return Progress::Done;
        });
    std::string text;
    if (word == "agents")
        text = agentsText(debug);
    else if (word == "breakpoints")
        text = breakpointsText(m_setup, debug);
    else if (word == "budget")
        text = budgetText(m_status.figures);
    else if (word == "faults")
        text = faultsText(m_setup, debug);
    else if (word == "kinds")
        text = kindsText();
    else if (word == "pending")
        text = pendingText(debug);
    else if (word == "stack")
        text = backtraceText(debug);
    else if (word == "run")
        text = m_run == 0 ? "Nothing was run yet." : runText(m_status);
    else if (word == "line")
        text = debug.state == DebugState::Paused ? stopText(m_status, m_out) : "Nothing is held.";
    else
        text = watchesText(m_setup, debug);
    m_out.line(text.empty() ? "Nothing is watched. `watch args.amount` watches something." : text);
    return Progress::Done;
}

Result<const PendingStep*> DebugConsole::held() const
{
    const PendingStep* step = isLive() ? heldStep(m_status.debug) : nullptr;
    if (step == nullptr)
        return refuse("Nothing is held. A breakpoint, `step` or Ctrl+C stops a run.");
    return step;
}

DebugConsole::Outcome DebugConsole::inspect(std::string effect,
                                            std::function<Outcome(const StepInspection&)> then)
{
    if (effect.empty()) {
        auto at = held();
        if (!at)
            return tracestore::fail(std::move(at).error());
        effect = (*at)->effect;
    }
    m_onInspection = std::move(then);
    m_wait = Wait::Told;
    m_hadProblem = false;
    m_service.debug(m_run, InspectStep {effect});
    return Progress::Waits;
}

DebugConsole::Outcome DebugConsole::evaluate(const std::string& expression,
                                             std::function<Outcome(const Evaluation&)> then)
{
    if (!isLive())
        return refuse("No run is under way. `run` starts one.");
    m_onEvaluation = std::move(then);
    m_wait = Wait::Told;
    m_hadProblem = false;
    m_service.debug(m_run, EvaluateExpression {++m_request, expression, {}});
    return Progress::Waits;
}

DebugConsole::Outcome DebugConsole::print(std::string_view expression)
{
    if (expression.empty())
        return refuse("Print what? `print args.amount`.");
    return evaluate(std::string(expression), [this](const Evaluation& value) -> Outcome {
        if (!value.problem.empty())
            return refuse(value.problem);
        const std::string shown = value.value.empty() ? "not known here" : shownJson(value.value);
        m_out.line(safeLine(value.expression)
                   + (shown.find('\n') == std::string::npos ? " = " : " =\n") + shown);
        return Progress::Done;
    });
}

DebugConsole::Outcome DebugConsole::list(std::string_view rest)
{
    std::string effect;
    std::string what;
    for (const std::string& word : wordsOf(rest))
        (word.find(':') == std::string::npos ? what : effect) = word;
    if (!what.empty() && what != "json" && what != "outcome" && what != "wire" && what != "schema")
        return refuse("`list` shows json, outcome, wire or schema of a step.");
    return inspect(effect, [this, what](const StepInspection& step) -> Outcome {
        const std::string& text = what == "outcome" ? step.outcome
            : what == "wire"                        ? step.wire
            : what == "schema"                      ? step.schema
                                                    : step.request;
        if (text.empty())
            return refuse(what == "outcome" ? "Its outcome is not there yet."
                                            : "There is none of this step.");
        m_out.line(what.empty() ? requestText(step) : shownJson(text));
        if (what.empty() && step.stage == PendingStep::Stage::HeldAfter && !step.outcome.empty())
            m_out.line("-> " + shownJson(step.outcome));
        return Progress::Done;
    });
}

DebugConsole::Outcome DebugConsole::set(std::string_view text)
{
    auto assignment = parseAssignment(text);
    if (!assignment)
        return tracestore::fail(std::move(assignment).error());
    return edited(assignment->path, assignment->value);
}

/// Orders a change of the held step, of its outcome or of the agent's state.
DebugConsole::Outcome DebugConsole::edited(const std::string& path, const std::string& value)
{
    auto at = held();
    if (!at)
        return tracestore::fail(std::move(at).error());
    const bool isShort = value.size() <= kShownValue && value.find('\n') == std::string::npos;
    const std::string done
        = safeText(isShort ? path + " is " + value + " now." : path + " is changed.");
    if (const auto ofState = statePath(path))
        return order(EditState {(*at)->agent, *ofState, value}, done);
    if ((*at)->stage == PendingStep::Stage::HeldAfter)
        return order(EditOutcome {(*at)->effect, path, value}, done);
    return order(EditRequest {(*at)->effect, path, value}, done);
}

DebugConsole::Outcome DebugConsole::edit(std::string_view rest)
{
    WordReader words(rest);
    const std::string path = words.next();
    if (!words.isAtEnd())
        return set(rest);
    auto at = held();
    if (!at)
        return tracestore::fail(std::move(at).error());
    if (!path.empty() && path != "state")
        return evaluate(path, [this, path](const Evaluation& value) -> Outcome {
            if (!value.problem.empty())
                return refuse(value.problem);
            return openEditor(shownJson(value.value), path);
        });
    return inspect({}, [this, path](const StepInspection& step) -> Outcome {
        if (path == "state")
            return openEditor(shownJson(step.state), path);
        const bool isAfter = step.stage == PendingStep::Stage::HeldAfter;
        return openEditor(shownJson(isAfter ? step.outcome : step.request),
                          isAfter ? "outcome" : "request");
    });
}

DebugConsole::Outcome DebugConsole::openEditor(const std::string& text, const std::string& path)
{
    const QString visual = qEnvironmentVariable("VISUAL");
    const QString editor = visual.isEmpty() ? qEnvironmentVariable("EDITOR", u"vi"_s) : visual;
    m_edited = std::make_unique<QTemporaryFile>(QDir::tempPath() + u"/kymo-XXXXXX.json"_s);
    if (!m_edited->open() || m_edited->write(QByteArray::fromStdString(text + '\n')) < 0
        || !m_edited->flush())
        return refuse("Cannot write a temporary file: " + m_edited->errorString().toStdString());
    m_editor = std::make_unique<QProcess>();
    m_editor->setProcessChannelMode(QProcess::ForwardedChannels);
    m_editor->setInputChannelMode(QProcess::ForwardedInputChannel);
    connect(m_editor.get(), &QProcess::finished, this, [this, path](int code) {
        closeEditor(code, path);
    });
    connect(m_editor.get(), &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail("Cannot start the editor: $VISUAL or $EDITOR names it.");
    });
    m_wait = Wait::Editor;
    m_out.flush();
    m_editor->start(u"/bin/sh"_s, {u"-c"_s, editor + u" \"$1\""_s, u"sh"_s, m_edited->fileName()});
    return Progress::Waits;
}

void DebugConsole::closeEditor(int code, const std::string& path)
{
    m_editor.release()->deleteLater(); // it is telling
    const auto file = std::exchange(m_edited, nullptr);
    auto text = readText(file->fileName().toStdString());
    file->seek(0);
    const std::string before = file->readAll().toStdString();
    m_wait = Wait::Nothing;
    if (code != 0 || !text)
        return fail(text ? "The editor failed: nothing was changed." : text.error().message);
    while (text->ends_with('\n'))
        text->pop_back();
    const bool isWhole = path == "request" || path == "outcome" || path == "state";
    if (auto json = tracestore::parseJson(*text); isWhole && !json)
        return fail("Nothing was changed. " + json.error().message);
    take(edited(path, asJson(*text)));
}

DebugConsole::Outcome DebugConsole::answer(std::string_view text)
{
    if (text.empty())
        return refuse("Answer what? `answer TEXT`.");
    const PendingStep* step = isLive() ? heldStep(m_status.debug) : nullptr;
    if (step == nullptr && !m_status.questions.empty())
        return reply(text, false);
    if (step == nullptr)
        return refuse("Nothing is held, and the agent asks nothing.");
    AnswerAction given;
    given.text = text;
    return order(AnswerStep {step->effect, given}, "The agent gets that when the run goes on.");
}

DebugConsole::Outcome DebugConsole::failStep(std::string_view rest)
{
    auto at = held();
    if (!at)
        return tracestore::fail(std::move(at).error());
    WordReader words(rest);
    AnswerAction given {OutcomeStatus::Error, {}, words.next()};
    if (given.errorType.empty())
        given.errorType = "error";
    given.text
        = words.isAtEnd() ? "It failed: " + given.errorType + '.' : std::string(words.rest());
    return order(AnswerStep {(*at)->effect, given}, "It fails when the run goes on.");
}

DebugConsole::Outcome DebugConsole::inject(std::string_view rest)
{
    auto rule = parseFault(rest);
    if (!rule)
        return tracestore::fail(std::move(rule).error());
    rule->id = ++m_lastFault;
    m_setup.faults.push_back(*rule);
    DebugSetup shown;
    shown.faults = {*rule};
    return applySetup("Fault " + faultsText(shown, {}));
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

DebugConsole::Outcome DebugConsole::save(std::string_view rest)
{
    WordReader words(rest);
    std::string name = words.next();
    if (name == "breakpoints" && !words.isAtEnd())
        name = words.next();
    if (name.empty())
        return refuse("Save where? `save FILE`.");
    QSaveFile file(QString::fromStdString(name));
    if (!file.open(QIODevice::WriteOnly)
        || file.write(QByteArray::fromStdString(toJsonText(m_setup) + '\n')) < 0 || !file.commit())
        return refuse("Cannot write " + name + ": " + file.errorString().toStdString() + '.');
    m_out.line(safeLine("Saved in " + name + '.'));
    return Progress::Done;
}

DebugConsole::Outcome DebugConsole::source(std::string_view rest)
{
    const std::string name = WordReader(rest).next();
    if (name.empty())
        return refuse("Read which file? `source FILE`.");
    auto text = readText(name);
    if (!text)
        return tracestore::fail(std::move(text).error());
    const std::size_t first = text->find_first_not_of(" \t\r\n");
    if (first == std::string::npos || (*text)[first] != '{') {
        std::deque<std::string> lines;
        for (const QString& line : QString::fromStdString(*text).split(u'\n'))
            lines.push_back(line.toStdString());
        m_manner.script.insert(m_manner.script.begin(), lines.begin(), lines.end());
        return Progress::Done;
    }
    auto setup = readDebugSetup(*text);
    if (!setup)
        return tracestore::fail(std::move(setup).error());
    takeSetup(*setup);
    return applySetup(breakpointsText(m_setup, {}));
}

} // namespace engine::cli
