#pragma once

#include "engine/config/config_problem.h"
#include "engine/replay/replay_policy.h"
#include "engine/run/run_observer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// How often something has to be there.
struct ExpectedCount
{
    std::int64_t least = 0;
    std::optional<std::int64_t> most; ///< none: any number

    [[nodiscard]] bool fits(std::int64_t count) const
    {
        return count >= least && (!most || count <= *most);
    }

    /// `2`, `1 or more`, `at most 3`, `1 to 3`.
    [[nodiscard]] std::string toText() const;

    bool operator==(const ExpectedCount&) const = default;
};

/// A recorded run that was promoted to a test: how it is replayed, and what must hold then. The
/// form is told in README.md.
struct ReplayTest
{
    struct Tool
    {
        std::string name;
        ExpectedCount count;

        bool operator==(const Tool&) const = default;
    };

    struct Steps
    {
        std::string query; ///< of tracestore/query: `tool = refund and args.amount <= 40`
        ExpectedCount count;

        bool operator==(const Steps&) const = default;
    };

    std::string name;
    std::string recording; ///< from the folder of the test's file
    std::string agent; ///< the same; empty: where it was, else as recorded
    ReplayPolicy policy;
    std::string status; ///< `ok`; empty: any
    std::string answer; ///< a regular expression (RE2) that is found in the answer; empty: any
    std::vector<Tool> tools;
    std::vector<std::string> order; ///< tools, called one after another, others between them
    std::vector<Steps> steps;
    std::optional<std::int64_t> mostModelCalls;
    std::optional<std::int64_t> mostToolCalls;
    std::optional<std::int64_t> mostTokens;
    std::optional<double> mostCost; ///< USD

    bool operator==(const ReplayTest&) const = default;
};

struct ReplayTestReading
{
    std::optional<ReplayTest> test; ///< only where no problem is an error
    std::vector<ConfigProblem> problems; ///< with line, and what to do
};

/// Reads a `*.test.json`: JSON with comments. `name` is what it is called where it says nothing.
ReplayTestReading readReplayTest(std::string_view text, const std::string& name);

/// With comments that say what each part means, for who edits it.
std::string toCommentedText(const ReplayTest& test);

/// A test that a recorded run passes: what it called, how it ended, and what it took.
ReplayTest makeReplayTest(const std::vector<RunEventPtr>& events);

} // namespace engine
