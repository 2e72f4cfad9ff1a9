// Commands about breakpoints, watches and faults, and their files.
#include "engine/breakpoint/expression.h"
#include "engine/cli/debugger/debug_console.h"
#include "engine/cli/debugger/debug_listing.h"
#include "engine/cli/debugger/debug_text.h"
#include "engine/cli/debugger/text_file.h"
#include "tracestore/base/safe_text.h"

#include <QSaveFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine::cli {

using tracestore::Result;
using tracestore::safeLine;

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
        return refuse(*problem);
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
        return refuse(*problem);
    breakpoint.id = ++m_lastBreakpoint;
    breakpoint.note = "watch " + std::string(expression);
    m_setup.breakpoints.push_back(breakpoint);
    m_setup.watches.push_back({++m_lastWatch, std::string(expression), {}});
    return applySetup(
        safeLine("Watchpoint " + std::to_string(breakpoint.id) + ": " + std::string(expression)));
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
        return refuse(*problem);
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
    auto text = readTextFile(name);
    if (!text)
        return tracestore::fail(std::move(text).error());
    const std::size_t first = text->find_first_not_of(" \t\r\n");
    if (first == std::string::npos || (*text)[first] != '{') {
        const auto lines = scriptLines(*text, name);
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
