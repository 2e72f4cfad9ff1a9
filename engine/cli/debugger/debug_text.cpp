#include "engine/cli/debugger/debug_text.h"

#include "engine/breakpoint/breakpoint_problem.h"
#include "engine/cli/debugger/debug_words.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::OutcomeStatus;
using tracestore::Result;

namespace {

    bool isBlank(char letter)
    {
        return letter == ' ' || letter == '\t';
    }

    /// Calls `visit` with the place of each character outside of quotes and how deep it is in
    /// brackets, until that returns true; where that was, or npos.
    template<class Visit>
    std::size_t findOutside(std::string_view text, Visit visit)
    {
        bool isQuoted = false;
        int depth = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char letter = text[i];
            if (letter == '\\' && isQuoted) {
                ++i;
                continue;
            }
            if (letter == '"')
                isQuoted = !isQuoted;
            else if (!isQuoted && (letter == '(' || letter == '[' || letter == '{'))
                ++depth;
            else if (!isQuoted && (letter == ')' || letter == ']' || letter == '}'))
                --depth;
            if (!isQuoted && visit(i, depth))
                return i;
        }
        return std::string_view::npos;
    }

    /// Where the word `if` stands.
    std::size_t findIf(std::string_view text)
    {
        return findOutside(text, [&](std::size_t i, int) {
            return text.substr(i, 2) == "if" && (i == 0 || isBlank(text[i - 1]))
                && (i + 2 == text.size() || isBlank(text[i + 2]));
        });
    }

    /// A kind by its word, with `-` for `_` and without `before_` for models and tools.
    std::optional<StopKind> kindOfWord(std::string word)
    {
        std::ranges::replace(word, '-', '_');
        if (word == "tool" || word == "model")
            word = "before_" + word;
        return stopKindOf(word);
    }

    /// `agent=NAME` and its like; whether it was one.
    Result<bool> readScopeWord(std::string_view word, StepScope& scope)
    {
        const std::size_t mark = word.find('=');
        if (mark == std::string_view::npos)
            return false;
        const std::string_view name = word.substr(0, mark);
        const std::string value(word.substr(mark + 1));
        if (name == "agent")
            scope.agent = value;
        else if (name == "tool")
            scope.tool = value;
        else if (name == "model")
            scope.model = value;
        else if (name == "session")
            scope.session = value;
        else
            return refuse("`" + std::string(word)
                          + "` is none of agent=, tool=, model= and session=. A condition comes "
                            "after `if`.");
        return true;
    }

    /// What a name without more is at a kind.
    std::string& namedBy(StopKind kind, Breakpoint& breakpoint)
    {
        switch (kind) {
        case StopKind::BeforeModel:
        case StopKind::AfterModel:
        case StopKind::FirstToken:
            return breakpoint.scope.model;
        case StopKind::StateChange:
            return breakpoint.changed;
        case StopKind::PlanChange:
        case StopKind::UserInput:
        case StopKind::Guard:
            return breakpoint.scope.agent;
        default:
            return breakpoint.scope.tool;
        }
    }

    Result<void> readPlace(std::string_view text, Breakpoint& breakpoint)
    {
        WordReader words(text);
        bool hasKind = false;
        bool hasName = false;
        while (!words.isAtEnd()) {
            const std::string word = words.next();
            const auto kind = hasKind || hasName ? std::nullopt : kindOfWord(word);
            if (kind) {
                breakpoint.kind = *kind;
                hasKind = true;
                continue;
            }
            auto isScope = readScopeWord(word, breakpoint.scope);
            if (!isScope)
                return tracestore::fail(std::move(isScope).error());
            if (*isScope)
                continue;
            if (std::exchange(hasName, true))
                return refuse("`" + word + "` is one name too many. A condition comes after `if`.");
            namedBy(breakpoint.kind, breakpoint) = word;
        }
        // A condition alone is about any step.
        if (!hasKind && !hasName && breakpoint.scope.tool.empty())
            breakpoint.kind
                = breakpoint.scope.model.empty() ? StopKind::Step : StopKind::BeforeModel;
        return {};
    }

    std::string unquoted(std::string_view text)
    {
        if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
            const auto json = tracestore::parseJson(text);
            if (json && json->is_string())
                return json->get<std::string>();
        }
        return std::string(text);
    }

    Result<double> parseNumber(const std::string& word, const std::string& name)
    {
        double number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(number)
            || number < 0)
            return refuse("`" + name + "` needs a number, not `" + word + "`.");
        return number;
    }

    /// One of the words with a value behind it; false: it is none.
    Result<bool> readFaultOption(const std::string& word, WordReader& words, FaultRule& rule)
    {
        if (word == "type" || word == "message") {
            (word == "type" ? rule.errorType : rule.message) = words.next();
            return true;
        }
        if (word != "count" && word != "delay" && word != "chance" && word != "seed")
            return false;
        auto value = parseNumber(words.next(), word);
        if (!value)
            return tracestore::fail(std::move(value).error());
        if (word == "count")
            rule.count = static_cast<std::uint32_t>(std::min(*value, 1e9));
        else if (word == "seed")
            rule.seed = static_cast<std::uint64_t>(std::min(*value, 1e15));
        else if (word == "delay")
            rule.delay = {static_cast<std::int64_t>(std::min(*value, 1e6) * 1e9)};
        else if (*value > 1)
            return refuse("`chance` is between 0 and 1.");
        else
            rule.probability = *value;
        return true;
    }

} // namespace

tracestore::Failure refuse(std::string message)
{
    return tracestore::fail(ErrorCode::Invalid, std::move(message));
}

tracestore::Failure refuse(const BreakpointProblem& problem)
{
    return refuse(problem.hint.empty() ? problem.message : problem.message + ' ' + problem.hint);
}

std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words;
    for (WordReader reader(text); !reader.isAtEnd();)
        words.push_back(reader.next());
    return words;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (isBlank(text.front()) || text.front() == '\r'))
        text.remove_prefix(1);
    while (!text.empty() && (isBlank(text.back()) || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

WordReader::WordReader(std::string_view text)
    : m_rest(trimmed(text))
{ }

std::string WordReader::next()
{
    std::string word;
    bool isQuoted = false;
    std::size_t i = 0;
    for (; i < m_rest.size() && (isQuoted || !isBlank(m_rest[i])); ++i) {
        if (m_rest[i] == '"')
            isQuoted = !isQuoted;
        else
            word += m_rest[i];
    }
    m_rest = trimmed(m_rest.substr(i));
    return word;
}

Result<Breakpoint> parseBreakpoint(std::string_view text)
{
    text = trimmed(text);
    Breakpoint breakpoint;
    const std::size_t mark = findIf(text);
    if (mark != std::string_view::npos) {
        breakpoint.condition = trimmed(text.substr(mark + 2));
        if (breakpoint.condition.empty())
            return refuse("A condition is missing after `if`.");
    }
    if (auto read = readPlace(text.substr(0, mark), breakpoint); !read)
        return tracestore::fail(std::move(read).error());
    return breakpoint;
}

Result<Breakpoint> parseLogpoint(std::string_view text)
{
    const std::size_t comma
        = findOutside(text, [&](std::size_t i, int depth) { return depth == 0 && text[i] == ','; });
    if (comma == std::string_view::npos || trimmed(text.substr(comma + 1)).empty())
        return refuse("A logpoint is a place, a comma and a text: `logpoint refund, refunds "
                      "{args.amount}`.");
    auto breakpoint = parseBreakpoint(text.substr(0, comma));
    if (breakpoint)
        breakpoint->actions = {LogAction {unquoted(trimmed(text.substr(comma + 1)))}};
    return breakpoint;
}

Breakpoint changeOf(std::string_view expression)
{
    constexpr std::string_view kState = "state.";
    Breakpoint breakpoint;
    breakpoint.kind = expression == "state" || expression.starts_with(kState)
        ? StopKind::StateChange
        : StopKind::Step;
    breakpoint.changed
        = expression.starts_with(kState) ? expression.substr(kState.size()) : expression;
    if (expression == "state")
        breakpoint.changed.clear();
    return breakpoint;
}

Result<std::uint64_t> parseCount(std::string_view text, std::uint64_t fallback)
{
    text = trimmed(text);
    if (text.empty())
        return fallback;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0)
        return refuse("A number of 1 or more is needed, not `" + std::string(text) + "`.");
    return number;
}

Result<HitRule> parseHits(std::string_view text)
{
    text = trimmed(text);
    if (text == "all")
        return HitRule {};
    HitRule rule;
    for (const auto& [word, kind] : {std::pair {"every", HitRule::Kind::Every},
                                     std::pair {">=", HitRule::Kind::AtLeast},
                                     std::pair {"=", HitRule::Kind::Equal}}) {
        if (!text.starts_with(word))
            continue;
        rule.kind = kind;
        auto number = parseCount(text.substr(std::string_view(word).size()), 0);
        if (!number)
            return tracestore::fail(std::move(number).error());
        rule.number = *number;
        if (rule.number > 0)
            return rule;
    }
    return refuse("Which hits count is `= N`, `>= N`, `every N` or `all`.");
}

std::string asJson(std::string_view text)
{
    text = trimmed(text);
    return tracestore::parseJson(text) ? std::string(text) : tracestore::quoteJson(text);
}

Result<Assignment> parseAssignment(std::string_view text)
{
    text = trimmed(text);
    const std::size_t end
        = findOutside(text, [&](std::size_t i, int) { return isBlank(text[i]) || text[i] == '='; });
    Assignment assignment {std::string(text.substr(0, end)), {}};
    std::string_view value
        = end == std::string_view::npos ? std::string_view() : trimmed(text.substr(end));
    if (value.starts_with('='))
        value = trimmed(value.substr(1));
    if (assignment.path.empty() || value.empty())
        return refuse("What is set is a path and a value: `set args.amount = 10`.");
    assignment.value = asJson(value);
    return assignment;
}

Result<BreakpointAction> parseAction(std::string_view line)
{
    WordReader words(line);
    const std::string word = words.next();
    if (word == "log")
        return BreakpointAction(LogAction {unquoted(words.rest())});
    if (word == "set" || word == "edit") {
        auto assignment = parseAssignment(words.rest());
        if (!assignment)
            return tracestore::fail(std::move(assignment).error());
        return BreakpointAction(EditAction {assignment->path, assignment->value});
    }
    if (word == "answer")
        return BreakpointAction(AnswerAction {OutcomeStatus::Ok, unquoted(words.rest()), {}});
    if (word == "fail") {
        std::string type = words.next();
        return BreakpointAction(AnswerAction {OutcomeStatus::Error,
                                              unquoted(words.rest()),
                                              type.empty() ? "error" : std::move(type)});
    }
    if (word == "snapshot" && !words.isAtEnd())
        return BreakpointAction(SnapshotAction {std::string(words.rest())});
    if (word == "fork")
        return BreakpointAction(ForkAction {std::string(words.rest())});
    if (word == "flash" || word == "sound")
        return BreakpointAction(
            NotifyAction {word == "flash" ? NotifyAction::Kind::Flash : NotifyAction::Kind::Sound});
    if (word == "stop" || word == "hold")
        return BreakpointAction(PauseAction {word == "hold"});
    return refuse("`" + std::string(trimmed(line))
                  + "` is nothing that a breakpoint can do. `help commands` lists what is.");
}

Result<FaultRule> parseFault(std::string_view text)
{
    text = trimmed(text);
    FaultRule rule;
    const std::size_t mark = findIf(text);
    if (mark != std::string_view::npos)
        rule.condition = trimmed(text.substr(mark + 2));
    WordReader words(text.substr(0, mark));
    std::string fault = words.next();
    std::ranges::replace(fault, '-', '_');
    const auto kind = faultKindOf(fault);
    if (!kind)
        return refuse("A fault is one of timeout, error, malformed, slow, empty and rate_limit"
                      + (fault.empty() ? std::string(".") : ", not `" + fault + "`."));
    rule.kind = *kind;
    while (!words.isAtEnd()) {
        const std::string word = words.next();
        auto isKnown = readFaultOption(word, words, rule);
        if (isKnown && !*isKnown)
            isKnown = readScopeWord(word, rule.scope);
        if (!isKnown)
            return tracestore::fail(std::move(isKnown).error());
        if (*isKnown)
            continue;
        if (!rule.scope.tool.empty())
            return refuse("`" + word + "` is one name too many. `help inject` shows the form.");
        rule.scope.tool = word;
    }
    if (const auto problem = problemOf(rule))
        return refuse(*problem);
    return rule;
}

} // namespace engine::cli
