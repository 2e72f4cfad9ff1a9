#include "engine/experiment/scorer_reader.h"

#include "engine/tool/json_schema.h"
#include "tracestore/base/json_io.h"
#include "tracestore/query/query.h"

#include <algorithm>
#include <cmath>
#include <re2/re2.h>

namespace engine {

namespace {

    constexpr std::string_view kScorerKinds
        = "exact, pattern, schema, field, number, tools, budget, trace, judge or command";

    bool isPointer(const std::string& text)
    {
        return text.empty() || text.front() == '/';
    }

} // namespace

ScorerReader::ScorerReader(std::vector<ConfigProblem>& problems, LoadJudge loadJudge)
    : FieldReader(problems)
    , m_loadJudge(std::move(loadJudge))
{ }

std::vector<Scorer> ScorerReader::read(const json& list)
{
    std::vector<Scorer> scorers;
    if (!list.is_array()) {
        complain("scorers", "A list was expected.");
        return scorers;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string field = "scorers[" + std::to_string(i) + ']';
        if (!list[i].is_object()) {
            complain(field,
                     "An object was expected, such as {\"name\": \"right\", \"kind\": "
                     "\"exact\"}.");
            continue;
        }
        auto found = rule(list[i], field);
        if (!found)
            continue;
        scorers.push_back(scorer(list[i], field, std::move(*found)));
        const std::string& name = scorers.back().name;
        if (std::ranges::count(scorers, name, &Scorer::name) > 1)
            complain(field + ".name", "Another scorer has the name `" + name + "`.");
    }
    return scorers;
}

Scorer ScorerReader::scorer(const json& value, const std::string& field, ScorerRule rule)
{
    text(value, field, "note"); // for readers of the file only
    Scorer scorer {.name = text(value, field, "name"),
                   .aim = aim(value, field, rule),
                   .rule = std::move(rule),
                   .source = value};
    if (scorer.name.empty())
        complain(field + ".name", "A name is missing, by which the report calls its scores.");
    return scorer;
}

/// What only counts or compares has no better end unless the file says so.
ScorerAim ScorerReader::aim(const json& value, const std::string& field, const ScorerRule& rule)
{
    const std::string word = text(value, field, "better");
    if (word == "higher")
        return ScorerAim::Higher;
    if (word == "lower")
        return ScorerAim::Lower;
    if (!word.empty() && word != "neither")
        complain(field + ".better", "higher, lower or neither was expected.");
    const auto* steps = std::get_if<TraceScorer>(&rule);
    const bool onlyCounts = steps != nullptr && !steps->count;
    return onlyCounts || word == "neither" ? ScorerAim::Neither : ScorerAim::Higher;
}

std::optional<ScorerRule> ScorerReader::rule(const json& value, const std::string& field)
{
    const std::string kind = text(value, field, "kind");
    if (kind == "exact")
        return exact(value, field);
    if (kind == "pattern")
        return pattern(value, field);
    if (kind == "schema")
        return schema(value, field);
    if (kind == "field")
        return fieldRule(value, field);
    if (kind == "number")
        return number(value, field);
    if (kind == "tools")
        return tools(value, field);
    if (kind == "budget")
        return budget(value, field);
    if (kind == "trace")
        return trace(value, field);
    if (kind == "judge")
        return judge(value, field);
    if (kind == "command")
        return command(value, field);
    complain(field + ".kind", "The kind is " + std::string(kScorerKinds) + '.');
    return {};
}

// ---- the kinds

ExactScorer ScorerReader::exact(const json& value, const std::string& field)
{
    knows(value, field, {"equals", "expected", "ignore_case"});
    return {expected(value, field), flag(value, field, "ignore_case")};
}

PatternScorer ScorerReader::pattern(const json& value, const std::string& field)
{
    knows(value, field, {"pattern", "expected", "absent"});
    PatternScorer scorer {.pattern = {}, .isAbsent = flag(value, field, "absent")};
    if (value.contains("pattern") && value.contains("expected"))
        complain(field + ".expected", "Write either `pattern`, or `expected`.");
    if (value.contains("pattern"))
        scorer.pattern.fixed = regularExpression(value, field);
    else
        scorer.pattern.pointer = pointer(value, field, "expected");
    return scorer;
}

SchemaScorer ScorerReader::schema(const json& value, const std::string& field)
{
    knows(value, field, {"schema"});
    const json schema = value.value("schema", json());
    const auto parsed = JsonSchema::parse(tracestore::toJsonText(schema));
    if (!parsed)
        complain(field + ".schema",
                 "A JSON schema was expected: an object such as {\"type\": \"object\", "
                 "\"required\": [\"total\"]}.");
    return {schema};
}

FieldScorer ScorerReader::fieldRule(const json& value, const std::string& field)
{
    knows(value, field, {"path", "equals", "expected"});
    if (!value.contains("path"))
        complain(field + ".path", "The place in the answer is missing: \"/order/id\".");
    return {.pointer = pointer(value, field, "path"),
            .hasExpected = value.contains("equals") || value.contains("expected"),
            .expected = expected(value, field)};
}

NumberScorer ScorerReader::number(const json& value, const std::string& field)
{
    knows(value, field, {"path", "pattern", "equals", "expected", "within", "within_percent"});
    NumberScorer scorer {.pointer = pointer(value, field, "path"),
                         .pattern = regularExpression(value, field),
                         .expected = expected(value, field)};
    const auto within = amount(value, field, "within");
    const auto percent = amount(value, field, "within_percent");
    if (within && percent)
        complain(field + ".within", "Write either `within`, or `within_percent`.");
    if (!scorer.pattern.empty() && !scorer.pointer.empty())
        complain(field + ".path", "Write either `path`, for an answer in JSON, or `pattern`.");
    if (!scorer.pattern.empty() && RE2(scorer.pattern).NumberOfCapturingGroups() < 1)
        complain(field + ".pattern", "The number has to be in brackets: \"total: ([0-9.]+)\".");
    if (scorer.expected.fixed && !scorer.expected.fixed->is_number())
        complain(field + ".equals", "A number was expected.");
    scorer.isPercent = percent.has_value();
    scorer.within = percent.value_or(within.value_or(0));
    return scorer;
}

ToolsScorer ScorerReader::tools(const json& value, const std::string& field)
{
    knows(value, field, {"called", "not_called", "expected"});
    ToolsScorer scorer {.called = texts(value, field, "called"),
                        .notCalled = texts(value, field, "not_called"),
                        .pointer = {}};
    if (value.contains("expected"))
        scorer.pointer = pointer(value, field, "expected");
    if (scorer.called.empty() && scorer.notCalled.empty() && !scorer.pointer)
        complain(
            field,
            "Name the tools: `called`, `not_called`, or `expected` where the tasks say which.");
    return scorer;
}

BudgetScorer ScorerReader::budget(const json& value, const std::string& field)
{
    knows(value, field, {"cost", "tokens", "seconds", "steps"});
    BudgetScorer scorer {.cost = amount(value, field, "cost"),
                         .tokens = amount(value, field, "tokens"),
                         .seconds = amount(value, field, "seconds"),
                         .steps = amount(value, field, "steps")};
    if (!scorer.cost && !scorer.tokens && !scorer.seconds && !scorer.steps)
        complain(field, "Say what a run may take: `cost` (USD), `tokens`, `seconds`, `steps`.");
    return scorer;
}

TraceScorer ScorerReader::trace(const json& value, const std::string& field)
{
    knows(value, field, {"query", "count", "least", "most"});
    TraceScorer scorer {.query = text(value, field, "query"), .count = {}};
    const auto parsed = tracestore::Query::parse(scorer.query);
    if (scorer.query.empty())
        complain(field + ".query", "A query is missing: `tool = refund and status = error`.");
    else if (parsed.error)
        complain(field + ".query", parsed.error->message + ' ' + parsed.error->hint);
    const auto exactly = wholeNumber(value, field, "count");
    const auto least = wholeNumber(value, field, "least");
    const auto most = wholeNumber(value, field, "most");
    if (exactly && (least || most))
        complain(field + ".count", "Write either `count`, or `least` and `most`.");
    if (least && most && *least > *most)
        complain(field + ".least", "`least` is more than `most`.");
    if (exactly)
        scorer.count = ExpectedCount {*exactly, exactly};
    else if (least || most)
        scorer.count = ExpectedCount {least.value_or(0), most};
    return scorer;
}

JudgeScorer ScorerReader::judge(const json& value, const std::string& field)
{
    knows(value, field, {"agent", "prompt", "against", "passes_from"});
    JudgeScorer scorer {.agentFile = text(value, field, "agent"),
                        .agent = {},
                        .prompt = text(value, field, "prompt"),
                        .against = text(value, field, "against"),
                        .passesFrom = amount(value, field, "passes_from").value_or(0.5)};
    if (scorer.prompt.empty())
        complain(field + ".prompt",
                 "Say what a good answer is: \"The answer names the order and the sum.\"");
    if (scorer.passesFrom > 1)
        complain(field + ".passes_from", "Grades are from 0 to 1.");
    if (scorer.agentFile.empty())
        complain(field + ".agent", "The configuration is missing whose model judges.");
    else
        m_loadJudge(scorer, text(value, field, "name"), field + ".agent");
    return scorer;
}

CommandScorer ScorerReader::command(const json& value, const std::string& field)
{
    knows(value, field, {"command", "seconds"});
    CommandScorer scorer {.command = texts(value, field, "command"),
                          .seconds = amount(value, field, "seconds").value_or(60)};
    if (scorer.command.empty() || scorer.command.front().empty())
        complain(field + ".command",
                 "A program with its arguments was expected, without a shell: "
                 "[\"python3\", \"score.py\"].");
    if (scorer.seconds <= 0 || scorer.seconds > 86'400)
        complain(field + ".seconds", "More than 0 and at most a day was expected.");
    return scorer;
}

// ---- the values

void ScorerReader::knows(const json& value,
                         const std::string& field,
                         std::vector<std::string_view> names)
{
    names.insert(names.end(), {"name", "kind", "better", "note"});
    onlyHas(value, field, names);
}

ExpectedValue ScorerReader::expected(const json& value, const std::string& field)
{
    ExpectedValue found;
    if (value.contains("equals") && value.contains("expected"))
        complain(field + ".expected", "Write either `equals`, or `expected`.");
    if (value.contains("equals"))
        found.fixed = value["equals"];
    else
        found.pointer = pointer(value, field, "expected");
    return found;
}

std::string ScorerReader::pointer(const json& value, const std::string& field, const char* name)
{
    const std::string path = text(value, field, name);
    if (!isPointer(path))
        complain(field + '.' + name, "A path into JSON begins with a slash: \"/" + path + "\".");
    return isPointer(path) ? path : std::string();
}

std::string ScorerReader::regularExpression(const json& value, const std::string& field)
{
    const std::string text = this->text(value, field, "pattern");
    if (const RE2 pattern(text, RE2::Quiet); !pattern.ok()) {
        complain(field + ".pattern", "This is no regular expression: " + pattern.error() + '.');
        return {};
    }
    return text;
}

std::optional<double>
ScorerReader::amount(const json& value, const std::string& field, const char* name)
{
    const auto found = value.find(name);
    if (found == value.end())
        return {};
    if (found->is_number() && std::isfinite(found->get<double>()) && found->get<double>() >= 0)
        return found->get<double>();
    complain(field + '.' + name, "A number that is not negative was expected.");
    return {};
}

bool ScorerReader::flag(const json& value, const std::string& field, const char* name)
{
    const auto found = value.find(name);
    if (found == value.end())
        return false;
    if (!found->is_boolean())
        complain(field + '.' + name, "true or false was expected.");
    return found->is_boolean() && found->get<bool>();
}

std::vector<std::string>
ScorerReader::texts(const json& value, const std::string& field, const char* name)
{
    const auto found = value.find(name);
    if (found == value.end())
        return {};
    const bool isList = found->is_array()
        && std::ranges::all_of(*found, [](const json& each) { return each.is_string(); });
    if (isList)
        return found->get<std::vector<std::string>>();
    complain(field + '.' + name, "A list of texts was expected.");
    return {};
}

} // namespace engine
