#pragma once

#include "engine/config/agent_config.h"
#include "engine/replay/replay_test.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace engine {

/// What something is compared with: always the same, or what the task expects.
struct ExpectedValue
{
    std::optional<nlohmann::json> fixed;
    std::string pointer; ///< JSON pointer into what the task expects; empty: all of it

    bool operator==(const ExpectedValue&) const = default;
};

/// The answer is this text, white space around it aside.
struct ExactScorer
{
    ExpectedValue expected;
    bool ignoresCase = false;
};

/// A regular expression (RE2) is found in the answer.
struct PatternScorer
{
    ExpectedValue pattern;
    bool isAbsent = false; ///< it must not be found
};

/// The answer is JSON that fits a schema.
struct SchemaScorer
{
    nlohmann::json schema;
};

/// The answer is JSON with this value at a place.
struct FieldScorer
{
    std::string pointer;
    bool hasExpected = false; ///< false: anything has to be there
    ExpectedValue expected;
};

/// A number in the answer is close to another.
struct NumberScorer
{
    std::string pointer; ///< where it is in an answer that is JSON; empty: not JSON
    std::string pattern; ///< an RE2 whose first group is the number; empty: the last in the answer
    ExpectedValue expected;
    double within = 0;
    bool isPercent = false; ///< `within` is a share of what is expected, in percent
};

/// These tools were called, those were not.
struct ToolsScorer
{
    std::vector<std::string> called;
    std::vector<std::string> notCalled;
    std::optional<std::string> pointer; ///< into what the task expects: a list of tools, and no
                                        ///< others may be called
};

/// The run took at most this.
struct BudgetScorer
{
    std::optional<double> cost; ///< USD
    std::optional<double> tokens;
    std::optional<double> seconds;
    std::optional<double> steps;
};

/// How many steps a query finds.
struct TraceScorer
{
    std::string query;
    std::optional<ExpectedCount> count; ///< nothing: it only counts
};

/// A model says how good the answer is, or which of two is better.
struct JudgeScorer
{
    std::filesystem::path agentFile;
    AgentConfig agent; ///< its model judges; without its tools
    std::string prompt; ///< what is good
    std::string against; ///< the variant whose answer it is compared with; empty: it is graded
    double passesFrom = 0.5; ///< of a grade from 0 to 1
};

/// A program reads the run and says what it is worth.
struct CommandScorer
{
    std::vector<std::string> command;
    double seconds = 60; ///< it may take
};

using ScorerRule = std::variant<ExactScorer,
                                PatternScorer,
                                SchemaScorer,
                                FieldScorer,
                                NumberScorer,
                                ToolsScorer,
                                BudgetScorer,
                                TraceScorer,
                                JudgeScorer,
                                CommandScorer>;

/// Which values of a scorer are wanted.
enum class ScorerAim : std::uint8_t
{
    Higher,
    Lower,
    Neither ///< it measures
};

/// Says what a run is worth. The form is told in README.md.
struct Scorer
{
    std::string name;
    ScorerAim aim = ScorerAim::Higher;
    ScorerRule rule;
    nlohmann::json source; ///< as the file says it: equal ones score equally
};

/// What tells of a scorer where its rule does not matter.
struct ScorerBrief
{
    std::string name;
    ScorerAim aim = ScorerAim::Higher;

    bool operator==(const ScorerBrief&) const = default;
};

/// In the same order, which is that of the experiment's file.
[[nodiscard]] std::vector<ScorerBrief> briefsOf(const std::vector<Scorer>& scorers);

/// Whether it has to do with runs of a variant: none is compared with itself.
[[nodiscard]] bool appliesTo(const Scorer& scorer, const std::string& variant);

} // namespace engine
