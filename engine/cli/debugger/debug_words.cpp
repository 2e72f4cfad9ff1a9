#include "engine/cli/debugger/debug_words.h"

#include <algorithm>
#include <array>

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    using enum DebugWordId;

    constexpr std::array kWords {
        DebugWord {
            Run,
            "run",
            "r start",
            "run [INPUT]",
            "Runs the agent from the beginning, with the breakpoints, watches, faults and the test "
            "mode that are set. INPUT, the rest of the line, is what it is asked; without it that "
            "is what it was asked the time before, or what --input says. `start` does the same and "
            "stops before the first step. With --record FILE.kymo each run gets a file of its own: "
            "FILE.kymo, FILE-2.kymo and so on. Of a run that was attached to there is no other.",
            "run\nrun The kettle of order 1042 arrived broken.\nstart"},
        DebugWord {
            Continue,
            "continue",
            "c co fg",
            "continue [COUNT | STEP]",
            "Goes on with all that is held. COUNT: passes over the breakpoint of this stop so "
            "many times less one. STEP (as `info pending` names it): goes on with this one "
            "alone; the others stay held.",
            "continue\ncontinue 3\ncontinue support:2.1",
            true},
        DebugWord {
            Step,
            "step",
            "s",
            "step [COUNT]",
            "Goes on into the step: to the first of a sub-agent, to an attempt, to a part of a "
            "composite tool. COUNT: so many times, or to where it stops for another reason. Starts "
            "the agent and stops before its first step where none runs.",
            "step\nstep 3",
            true},
        DebugWord {
            Next,
            "next",
            "n ne",
            "next [COUNT]",
            "Does the step as a whole and stops before the next of the same agent. COUNT: as "
            "of `step`.",
            "next\nnext 5",
            true},
        DebugWord {
            Finish,
            "finish",
            "fi fin out",
            "finish",
            "Goes on to the next step of the agent that called this one; the first agent goes "
            "on to its end.",
            "finish",
            true},
        DebugWord {
            Turn, "turn", "", "turn", "Goes on to the next turn of the agent.", "turn", true},
        DebugWord {ReverseContinue,
                   "reverse-continue",
                   "rc",
                   "reverse-continue [COUNT]",
                   "Goes back to the breakpoint before, or to the start.",
                   "reverse-continue",
                   true},
        DebugWord {ReverseStep,
                   "reverse-step",
                   "rs back",
                   "reverse-step [COUNT]",
                   "Goes back to the step before, whoever's it was.",
                   "reverse-step\nreverse-step 3",
                   true},
        DebugWord {ReverseNext,
                   "reverse-next",
                   "rn",
                   "reverse-next [COUNT]",
                   "Goes back to the step before of the same agent, over all that "
                   "was done for it; from the first to what called the agent.",
                   "reverse-next",
                   true},
        DebugWord {ReverseFinish,
                   "reverse-finish",
                   "rfin",
                   "reverse-finish",
                   "Goes back to the call that this agent or part works for.",
                   "reverse-finish",
                   true},
        DebugWord {ReverseTurn,
                   "reverse-turn",
                   "rt",
                   "reverse-turn [COUNT]",
                   "Goes back to the beginning of the turn, then of the one before.",
                   "reverse-turn",
                   true},
        DebugWord {LastChange,
                   "last-change",
                   "lc",
                   "last-change EXPRESSION | NUMBER",
                   "Goes back to where a value became what it is. NUMBER is that of "
                   "a display.",
                   "last-change state.plan[1].status\nlast-change cost.session",
                   true},
        DebugWord {NextChange,
                   "next-change",
                   "nc",
                   "next-change EXPRESSION | NUMBER",
                   "Goes on to where a value changes next.",
                   "next-change args.amount",
                   true},
        DebugWord {FirstHit,
                   "first-hit",
                   "fh",
                   "first-hit EXPRESSION",
                   "Goes to the first step at which it is true, or has a value.",
                   "first-hit errors.session > 0"},
        DebugWord {LastHit,
                   "last-hit",
                   "lh",
                   "last-hit EXPRESSION",
                   "Goes to the last step at which it is true, or has a value.",
                   "last-hit args contains 1042"},
        DebugWord {NextHit,
                   "next-hit",
                   "nh",
                   "next-hit EXPRESSION",
                   "Goes on to the next step at which it is true, or has a value.",
                   "next-hit status = error",
                   true},
        DebugWord {PreviousHit,
                   "previous-hit",
                   "ph",
                   "previous-hit EXPRESSION",
                   "Goes back to the step before at which it is true, or has a "
                   "value.",
                   "previous-hit tool = refund",
                   true},
        DebugWord {GoTo,
                   "goto",
                   "",
                   "goto STEP [end] | start | end",
                   "Goes to a step, by its name or by its number in `kymo show`; "
                   "with `end` to where its outcome is there.",
                   "goto support:2.1.1\ngoto 12 end\ngoto start"},
        DebugWord {Play,
                   "play",
                   "",
                   "play [FACTOR | instant]",
                   "Goes on by itself as fast as it was, or FACTOR times as fast, to "
                   "the next breakpoint or the end. Ctrl+C pauses.",
                   "play\nplay 10\nplay 0.5"},
        DebugWord {Until,
                   "until",
                   "u advance",
                   "until PLACE [if CONDITION]",
                   "Goes on until a breakpoint at PLACE would hit, once. Others stop it too.",
                   "until refund\nuntil after_model if tokens.out > 500"},
        DebugWord {Interrupt,
                   "interrupt",
                   "pause",
                   "interrupt",
                   "Stops a run that goes on before its next step, as Ctrl+C does.",
                   "interrupt"},
        DebugWord {Kill,
                   "kill",
                   "k stop",
                   "kill",
                   "Ends the run. What it did so far stays in the recording.",
                   "kill"},
        DebugWord {Say,
                   "say",
                   "",
                   "say TEXT",
                   "Goes on with the conversation of an agent that has answered.",
                   "say And the toaster of the same order?"},
        DebugWord {
            Allow, "allow", "y yes", "allow", "Allows the call for which the agent asks.", "allow"},
        DebugWord {
            Deny, "deny", "no", "deny", "Refuses the call for which the agent asks.", "deny"},
        DebugWord {Reply,
                   "reply",
                   "",
                   "reply TEXT",
                   "Answers a question of the agent.",
                   "reply The blue one."},
        DebugWord {
            Break,
            "break",
            "b",
            "break [KIND] [NAME] [if CONDITION]",
            "Stops at a place: NAME is a tool, or the model of a model call, or the agent of a "
            "hand-off; `agent=`, `tool=`, `model=` and `session=` say it in so many words. "
            "Without a KIND it is before_tool. CONDITION is a query over what is about to be "
            "sent, what came of it, the state and the history. `info kinds` lists the kinds.",
            "break refund if args.amount > 40\nbreak after_tool orders\nbreak error\n"
            "break before_model agent=researcher\nbreak state_change plan[2].status\n"
            "break if repeat(args) >= 3"},
        DebugWord {TemporaryBreak,
                   "tbreak",
                   "tb",
                   "tbreak [KIND] [NAME] [if CONDITION]",
                   "A breakpoint that stops once.",
                   "tbreak refund"},
        DebugWord {
            LogPoint,
            "logpoint",
            "dprintf log",
            "logpoint PLACE [if CONDITION], TEXT",
            "Prints TEXT there and goes on: {expressions} in it are evaluated.",
            "logpoint refund, refunds {args.amount} EUR\nlogpoint error, \"{tool}: {error}\""},
        DebugWord {
            Watch,
            "watch",
            "",
            "watch EXPRESSION",
            "Shows a value at each stop, and stops where it has changed: `state.` for a part "
            "of an agent's state, else a field of the steps.",
            "watch args.amount\nwatch state.plan[1].status"},
        DebugWord {Condition,
                   "condition",
                   "cond",
                   "condition NUMBER [CONDITION]",
                   "Gives a breakpoint another condition, or none.",
                   "condition 1 args.amount > 100\ncondition 1"},
        DebugWord {Ignore,
                   "ignore",
                   "",
                   "ignore NUMBER COUNT",
                   "Passes over the next COUNT hits of a breakpoint.",
                   "ignore 1 2"},
        DebugWord {Hits,
                   "hits",
                   "",
                   "hits NUMBER = N | >= N | every N | all",
                   "Which hits of a breakpoint count.",
                   "hits 1 = 3\nhits 1 every 10"},
        DebugWord {
            Commands,
            "commands",
            "",
            "commands [NUMBER]",
            "What is done at a breakpoint: one a line until `end`: log TEXT, set PATH = VALUE, "
            "answer TEXT, fail [TYPE] [MESSAGE], snapshot NAME, fork [NAME], flash, sound, "
            "hold (this step alone) and, as the last, continue for not stopping.",
            "commands 1\nset args.amount = 10\ncontinue\nend"},
        DebugWord {Group,
                   "group",
                   "",
                   "group NUMBER... NAME",
                   "Puts breakpoints in a group, which enable, disable and delete take as one.",
                   "group 1 2 money\ndisable money"},
        DebugWord {
            Enable,
            "enable",
            "en",
            "enable [NUMBER | GROUP | fault NUMBER]...",
            "Switches breakpoints on: these, or all. `enable fault NUMBER` switches a fault on, "
            "`enable faults` all.",
            "enable 1 2\nenable\nenable fault 1"},
        DebugWord {
            Disable,
            "disable",
            "dis",
            "disable [NUMBER | GROUP | fault NUMBER]...",
            "Switches breakpoints off: these, or all. `disable fault NUMBER` switches a fault "
            "off, `disable faults` all.",
            "disable 1\ndisable fault 1"},
        DebugWord {
            Delete,
            "delete",
            "d clear",
            "delete [NUMBER | GROUP | fault NUMBER]...",
            "Takes breakpoints away: these, or all. `delete fault NUMBER` takes a fault away, "
            "`delete faults` all.",
            "delete 2\ndelete fault 1"},
        DebugWord {
            Backtrace,
            "backtrace",
            "bt where",
            "backtrace",
            "The agents at work, from the innermost to the first, each with its steps that are "
            "held or under way.",
            "backtrace"},
        DebugWord {Info,
                   "info",
                   "i",
                   "info WHAT",
                   "Tells of WHAT. A beginning of the word is enough.",
                   "info breakpoints\ninfo budget"},
        DebugWord {
            Print,
            "print",
            "p pr inspect",
            "print EXPRESSION",
            "The value of a field (args.amount, state.plan, result, cost.session) or whether a "
            "query holds at the step that is held.",
            "print args.amount\nprint args.amount > 40\nprint state"},
        DebugWord {Display,
                   "display",
                   "",
                   "display [EXPRESSION]",
                   "Shows a value at each stop. Without EXPRESSION: shows all of them now.",
                   "display cost.session"},
        DebugWord {Undisplay,
                   "undisplay",
                   "",
                   "undisplay [NUMBER]...",
                   "Shows a value no longer: these, or all.",
                   "undisplay 1"},
        DebugWord {
            List,
            "list",
            "l",
            "list [STEP] [json | outcome | wire | schema]",
            "What is held: the messages or arguments that will be sent; as JSON, what came of "
            "it, what goes over the line, the schema of the arguments.",
            "list\nlist json\nlist outcome"},
        DebugWord {Edit,
                   "edit",
                   "e",
                   "edit [PATH [VALUE]]",
                   "Changes what is about to be sent, what came, or `state.`. Without VALUE in "
                   "$VISUAL or $EDITOR; without PATH all of it.",
                   "edit args.amount 10\nedit\nedit state.plan"},
        DebugWord {Set,
                   "set",
                   "",
                   "set PATH = VALUE",
                   "The same with a value. What is no JSON is taken as a text.",
                   "set args.amount = 10\nset system = Be brief.\nset state.notes = []"},
        DebugWord {
            Undo, "undo", "", "undo", "Takes the last change of the held step back.", "undo"},
        DebugWord {Answer,
                   "answer",
                   "return",
                   "answer TEXT",
                   "The agent gets TEXT in place of the step that is held. Where it asks the user "
                   "something, that is answered.",
                   "answer {\"status\": \"booked\"}"},
        DebugWord {
            Fail,
            "fail",
            "",
            "fail [TYPE [MESSAGE]]",
            "Lets the step that is held fail: timeout, rate_limit, http_503 or what you say.",
            "fail timeout\nfail http_503 The shop is closed."},
        DebugWord {Cancel,
                   "cancel",
                   "",
                   "cancel [STEP]",
                   "Gives up the step that is held, or one that runs.",
                   "cancel"},
        DebugWord {
            Inject,
            "inject",
            "",
            "inject FAULT [NAME] [count N] [delay SECONDS] [chance P] [seed N] [type TYPE] "
            "[if CONDITION]",
            "Lets steps fail as they pass, to see how the agent takes it. FAULT is timeout, "
            "error, malformed, slow, empty or rate_limit; NAME a tool, `model=NAME` a model, "
            "none: all. count: how many steps, else all; delay: how long a timeout or a slow step "
            "takes, or when to come back after a rate limit, else 1 second; chance: 0 to 1, which "
            "steps these are depends on the seed alone; type: of an error, else http_503. "
            "CONDITION "
            "is a query over what is about to be sent, the state and the history. `info faults` "
            "lists them.",
            "inject timeout refund count 1\ninject rate_limit model=* delay 2\n"
            "inject error orders chance 0.5 seed 7"},
        DebugWord {Test,
                   "test",
                   "",
                   "test on | off | allow TOOL",
                   "Test mode stops before every tool call, but for tools that are allowed.",
                   "test on\ntest allow calculator"},
        DebugWord {
            Save,
            "save",
            "",
            "save [breakpoints] FILE",
            "Writes breakpoints, watches and faults to a file, which `source`, --breakpoints "
            "and the window read.",
            "save shop.json"},
        DebugWord {Source,
                   "source",
                   "",
                   "source FILE",
                   "Reads breakpoints, watches and faults from a file, in place of those that are "
                   "there; or does the commands that stand in it, up to one that fails.",
                   "source shop.json\nsource session.kymodebug"},
        DebugWord {Echo, "echo", "", "echo TEXT", "Prints TEXT, in scripts.", "echo second call"},
        DebugWord {
            Detach,
            "detach",
            "",
            "detach",
            "Leaves a run of another terminal, which goes on as it is: what is held stays held.",
            "detach"},
        DebugWord {Help,
                   "help",
                   "h ?",
                   "help [COMMAND]",
                   "Lists the commands, or tells all about one.",
                   "help break"},
        DebugWord {Quit,
                   "quit",
                   "q exit",
                   "quit",
                   "Ends the debugger and its run; a run of another terminal goes on.",
                   "quit"},
    };

    constexpr std::array kInfoWords {
        InfoWord {InfoId::Agents, "agents", "", "the agents at work"},
        InfoWord {InfoId::Breakpoints, "breakpoints", "", "with their numbers and hits"},
        InfoWord {InfoId::Budget, "budget", "", "turns, calls, tokens and cost so far"},
        InfoWord {InfoId::Faults, "faults", "", "that are injected, and how often they were"},
        InfoWord {InfoId::Kinds, "kinds", "", "the kinds of moments at which one can stop"},
        InfoWord {InfoId::Line, "line", "", "where one is, and why"},
        InfoWord {InfoId::Pending, "pending", "", "the steps that are held or under way"},
        InfoWord {InfoId::Run, "run", "", "how the run stands"},
        InfoWord {InfoId::State, "state", "", "of the agent at whose step one is, as JSON"},
        InfoWord {InfoId::Stack, "stack", "", "as `backtrace`"},
        InfoWord {InfoId::Watches,
                  "watches",
                  "watchpoints display",
                  "what is shown at each stop, and when it last changed"},
    };

    /// Calls `visit` with each of some words, until that returns true; whether it did.
    template<class Visit>
    bool anyOf(std::string_view words, Visit visit)
    {
        while (!words.empty()) {
            const std::size_t end = words.find(' ');
            if (visit(words.substr(0, end)))
                return true;
            words = end == std::string_view::npos ? std::string_view() : words.substr(end + 1);
        }
        return false;
    }

    bool hasAlias(const DebugWord& word, std::string_view typed)
    {
        return anyOf(word.aliases, [&](std::string_view alias) { return alias == typed; });
    }

    /// A word in a column of its own, and what it is.
    std::string helpRow(std::string_view word, std::string_view text)
    {
        constexpr std::size_t kColumn = 14;
        std::string name(word);
        name.resize(std::max(kColumn, name.size() + 1), ' ');
        return name + std::string(text) + '\n';
    }

    std::size_t editDistance(std::string_view a, std::string_view b)
    {
        std::vector<std::size_t> row(b.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j)
            row[j] = j;
        for (std::size_t i = 1; i <= a.size(); ++i) {
            std::size_t diagonal = std::exchange(row[0], i);
            for (std::size_t j = 1; j <= b.size(); ++j) {
                const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = std::exchange(row[j], std::min({row[j], row[j - 1]}) + 1);
                row[j] = std::min(row[j], changed);
            }
        }
        return row.back();
    }

    /// The text up to the first full stop or colon.
    std::string summary(std::string_view text)
    {
        std::string_view first = text.substr(0, std::min(text.find(". "), text.find(": ")));
        if (first.ends_with('.'))
            first.remove_suffix(1);
        return std::string(first);
    }

    std::string list()
    {
        std::string all;
        for (const DebugWord& word : kWords)
            all += helpRow(word.name, summary(word.text));
        return all
            + "\n`help COMMAND` tells more. A beginning that only one command has is enough; an "
              "empty\nline repeats the last step.";
    }

} // namespace

std::span<const DebugWord> debugWords()
{
    return kWords;
}

std::span<const InfoWord> infoWords()
{
    return kInfoWords;
}

Result<const InfoWord*> findInfoWord(std::string_view typed)
{
    const auto isBegun = [&](std::string_view name) { return name.starts_with(typed); };
    for (const InfoWord& word : kInfoWords) {
        if (!typed.empty() && (isBegun(word.name) || anyOf(word.aliases, isBegun)))
            return &word;
    }
    std::string names;
    for (const InfoWord& word : kInfoWords)
        names += (names.empty()                     ? ""
                      : &word == &kInfoWords.back() ? " and "
                                                    : ", ")
            + std::string(word.name);
    return tracestore::fail(ErrorCode::Invalid, "`info` tells of " + names + '.');
}

std::string nearestWord(std::string_view typed, const std::vector<std::string_view>& words)
{
    constexpr std::size_t kNear = 2;
    constexpr std::size_t kLongest = 40;
    std::size_t least = kNear + 1;
    std::string nearest;
    for (const std::string_view word : words) {
        if (typed.size() > kLongest || word.size() <= kNear)
            continue;
        const std::size_t distance = editDistance(typed, word);
        if (distance < least && distance < typed.size()) {
            least = distance;
            nearest = word;
        }
    }
    return nearest;
}

Result<const DebugWord*> findDebugWord(std::string_view typed)
{
    std::vector<const DebugWord*> begun;
    std::vector<std::string_view> names;
    for (const DebugWord& word : kWords) {
        if (word.name == typed || hasAlias(word, typed))
            return &word;
        if (word.name.starts_with(typed))
            begun.push_back(&word);
        names.push_back(word.name);
    }
    if (begun.size() == 1)
        return begun.front();
    std::string message = "There is no command `" + std::string(typed) + "`.";
    if (begun.empty()) {
        const std::string nearest = nearestWord(typed, names);
        return tracestore::fail(
            ErrorCode::Invalid,
            message
                + (nearest.empty() ? " `help` lists them." : " Did you mean `" + nearest + "`?"));
    }
    message = '`' + std::string(typed) + "` could be";
    for (const DebugWord* word : begun)
        message += (word == begun.front()      ? " `"
                        : word == begun.back() ? " or `"
                                               : ", `")
            + std::string(word->name) + '`';
    return tracestore::fail(ErrorCode::Invalid, message + '.');
}

Result<std::string> debugHelp(std::string_view typed)
{
    if (typed.empty())
        return list();
    auto word = findDebugWord(typed);
    if (!word)
        return tracestore::fail(std::move(word).error());
    const DebugWord& found = **word;
    std::string text = std::string(found.usage) + "\n\n" + std::string(found.text) + '\n';
    if (found.id == Info) {
        for (const InfoWord& what : kInfoWords)
            text += "  " + helpRow(what.name, what.text);
    }
    if (!found.aliases.empty())
        text += "\nAlso: " + std::string(found.aliases) + '\n';
    text += "\nFor example:";
    std::string_view rest = found.examples;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        text += "\n  " + std::string(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return text;
}

} // namespace engine::cli
