#pragma once

#include "engine/breakpoint/breakpoint_set.h"
#include "engine/breakpoint/fault_rule.h"
#include "tracestore/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine::cli {

// How breakpoints, faults and edits are typed. Pure; all fail with Invalid and a sentence that says
// what is expected.

/// Takes a text apart, word by word; quotes keep words together.
class WordReader
{
public:
    explicit WordReader(std::string_view text);

    /// Empty at the end.
    std::string next();

    /// What follows, without blanks around it.
    [[nodiscard]] std::string_view rest() const { return m_rest; }

    [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }

private:
    std::string_view m_rest;
};

/// All words of a text.
std::vector<std::string> wordsOf(std::string_view text);

/// Says why a command cannot be done.
tracestore::Failure refuse(std::string message);
tracestore::Failure refuse(const BreakpointProblem& problem);

std::string_view trimmed(std::string_view text);

/// `[KIND] [NAME] [if CONDITION]`.
tracestore::Result<Breakpoint> parseBreakpoint(std::string_view text);

/// `[KIND] [NAME] [if CONDITION], TEXT`.
tracestore::Result<Breakpoint> parseLogpoint(std::string_view text);

/// The breakpoint that stops where an expression has another value.
Breakpoint changeOf(std::string_view expression);

/// `= N`, `>= N`, `every N`, `all`.
tracestore::Result<HitRule> parseHits(std::string_view text);

/// A line of `commands`; continue and silent are none.
tracestore::Result<BreakpointAction> parseAction(std::string_view line);

/// `FAULT [NAME] [count N] ... [if CONDITION]`.
tracestore::Result<FaultRule> parseFault(std::string_view text);

/// A path and what it is to be, as JSON.
struct Assignment
{
    std::string path;
    std::string value;

    bool operator==(const Assignment&) const = default;
};

/// `PATH = VALUE` or `PATH VALUE`; a value that is no JSON is a text.
tracestore::Result<Assignment> parseAssignment(std::string_view text);

/// The text as JSON: as it is where it is JSON, else as a string.
std::string asJson(std::string_view text);

/// A count of 1 or more; `fallback` where the text is empty.
tracestore::Result<std::uint64_t> parseCount(std::string_view text, std::uint64_t fallback);

} // namespace engine::cli
