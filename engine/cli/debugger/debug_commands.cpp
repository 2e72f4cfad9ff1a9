// What a command of the line debugger is handed to.
#include "engine/cli/debugger/debug_console.h"
#include "engine/cli/debugger/debug_listing.h"
#include "engine/cli/debugger/debug_text.h"
#include "tracestore/base/safe_text.h"

using namespace Qt::StringLiterals;

namespace engine::cli {

using tracestore::safeText;

namespace {

    /// What nobody can do with what has been.
    bool wouldChange(DebugWordId id)
    {
        using enum DebugWordId;
        switch (id) {
        case Kill:
        case Edit:
        case Set:
        case Undo:
        case Answer:
        case Fail:
        case Cancel:
        case Inject:
        case Test:
            return true;
        default:
            return false;
        }
    }

} // namespace

DebugConsole::Outcome
DebugConsole::dispatch(const DebugWord& word, const std::string& typed, std::string_view rest)
{
    using enum DebugWordId;
    if (isTravel() && wouldChange(word.id))
        return refuse("This is a recording: fork it at this step to change it.");
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
    case ReverseContinue:
        return travelOn(rest, true);
    case ReverseStep:
        return step(StepMode::Into, rest, true);
    case ReverseNext:
        return step(StepMode::Over, rest, true);
    case ReverseFinish:
        return step(StepMode::Out, rest, true);
    case ReverseTurn:
        return step(StepMode::Turn, rest, true);
    case LastChange:
    case NextChange:
    case FirstHit:
    case LastHit:
    case NextHit:
    case PreviousHit:
        return travel(word, rest);
    case GoTo:
        return goTo(rest);
    case Play:
        return play(rest);
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

} // namespace engine::cli
