// Commands that look at a run.
#include "engine/breakpoint/expression.h"
#include "engine/cli/debugger/debug_console.h"
#include "engine/cli/debugger/debug_listing.h"
#include "engine/cli/debugger/debug_text.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::cli {

using tracestore::Result;
using tracestore::safeLine;

Result<const PendingStep*> DebugConsole::held() const
{
    const PendingStep* step = isLive() ? heldStep(m_status.debug) : nullptr;
    if (step == nullptr)
        return refuse("Nothing is held. A breakpoint, `step` or Ctrl+C stops a run.");
    return step;
}

/// Empty: nothing is watched.
std::string DebugConsole::infoText(InfoId id) const
{
    const DebugStatus& debug = m_status.debug;
    switch (id) {
    case InfoId::Agents:
        return agentsText(debug);
    case InfoId::Breakpoints:
        return breakpointsText(m_setup, debug);
    case InfoId::Budget:
        return budgetText(m_status.figures);
    case InfoId::Faults:
        return faultsText(m_setup, debug);
    case InfoId::Kinds:
        return kindsText();
    case InfoId::Line:
        return debug.state == DebugState::Paused ? stopText(m_status, m_out) : "Nothing is held.";
    case InfoId::Pending:
        return pendingText(debug);
    case InfoId::Run:
        return m_run == 0 ? "Nothing was run yet." : runText(m_status);
    case InfoId::Stack:
        return backtraceText(debug);
    case InfoId::State: // which is asked for
    case InfoId::Watches:
        break;
    }
    return watchesText(m_setup, debug);
}

DebugConsole::Outcome DebugConsole::info(std::string_view what)
{
    const auto word = findInfoWord(what);
    if (!word)
        return tracestore::fail(word.error());
    if ((*word)->id == InfoId::State)
        return inspect({}, [this](const StepInspection& step) -> Outcome {
            m_out.line(shownJson(step.state));
            return Progress::Done;
        });
    const std::string text = infoText((*word)->id);
    m_out.line(text.empty() ? "Nothing is watched. `watch args.amount` watches something." : text);
    return Progress::Done;
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

DebugConsole::Outcome DebugConsole::list(std::string_view rest)
{
    std::string effect;
    std::string what;
    for (const std::string& word : wordsOf(rest))
        (word.find(':') == std::string::npos && !word.starts_with('#') ? what : effect) = word;
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

} // namespace engine::cli
