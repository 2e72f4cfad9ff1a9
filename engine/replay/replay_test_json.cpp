#include "engine/config/commented_json.h"
#include "engine/config/config_places.h"
#include "engine/config/field_reader.h"
#include "engine/replay/replay_test.h"
#include "tracestore/base/json_io.h"
#include "tracestore/query/query.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <re2/re2.h>

namespace engine {

using nlohmann::json;

namespace {

    constexpr int kTestVersion = 1;
    constexpr std::array kStatuses {
        OutcomeStatus::Ok, OutcomeStatus::Error, OutcomeStatus::Cancelled, OutcomeStatus::Refused};

    class TestReader : private FieldReader
    {
    public:
        explicit TestReader(std::vector<ConfigProblem>& problems)
            : FieldReader(problems)
        { }

        ReplayTest read(const json& value)
        {
            ReplayTest test;
            if (!value.is_object()) {
                complain("", "A test is an object: `{\"kymo_test\": 1}`.");
                return test;
            }
            if (value.value("kymo_test", json()) != kTestVersion)
                complain("kymo_test", "This is no test of version 1: write `\"kymo_test\": 1`.");
            onlyHas(value,
                    "",
                    {"kymo_test", "name", "recording", "agent", "policy", "expect", "budget"});
            test.name = text(value, "", "name");
            test.recording = text(value, "", "recording");
            test.agent = text(value, "", "agent");
            if (test.recording.empty())
                complain("recording", "The .kymo file is missing that is replayed.");
            if (value.contains("policy"))
                readPolicy(value["policy"], test.policy);
            if (value.contains("expect"))
                readExpected(value["expect"], test);
            if (value.contains("budget"))
                readBudget(value["budget"], test);
            return test;
        }

    private:
        bool isObject(const json& value, const std::string& field)
        {
            if (!value.is_object())
                complain(field, "An object was expected.");
            return value.is_object();
        }

        void readPolicy(const json& value, ReplayPolicy& to)
        {
            ReplayPolicyReading reading = readReplayPolicy(tracestore::toJsonText(value));
            for (ConfigProblem& problem : reading.problems)
                complain(problem.field.empty() ? "policy" : "policy." + problem.field,
                         std::move(problem.message));
            if (reading.policy)
                to = std::move(*reading.policy);
        }

        void readExpected(const json& value, ReplayTest& to)
        {
            if (!isObject(value, "expect"))
                return;
            onlyHas(value, "expect", {"status", "answer", "tools", "order", "steps"});
            to.status = text(value, "expect", "status");
            if (!to.status.empty()
                && std::ranges::find(
                       kStatuses, to.status, [](auto status) { return toWord(status); })
                    == kStatuses.end())
                complain("expect.status", "ok, error, cancelled or refused was expected.");
            to.answer = text(value, "expect", "answer");
            if (const RE2 pattern(to.answer, RE2::Quiet); !pattern.ok())
                complain("expect.answer",
                         "This is no regular expression: " + pattern.error() + '.');
            readTools(value.value("tools", json::array()), to);
            readOrder(value.value("order", json::array()), to);
            readSteps(value.value("steps", json::array()), to);
        }

        void readTools(const json& list, ReplayTest& to)
        {
            if (!list.is_array())
                return complain("expect.tools", "A list was expected.");
            for (std::size_t i = 0; i < list.size(); ++i) {
                const std::string field = "expect.tools[" + std::to_string(i) + ']';
                if (!isObject(list[i], field))
                    continue;
                onlyHas(list[i], field, {"name", "count", "least", "most"});
                to.tools.push_back({text(list[i], field, "name"), readCount(list[i], field)});
                if (to.tools.back().name.empty())
                    complain(field + ".name", "The name of a tool is missing.");
            }
        }

        void readOrder(const json& list, ReplayTest& to)
        {
            if (!list.is_array())
                return complain("expect.order", "A list of names of tools was expected.");
            for (std::size_t i = 0; i < list.size(); ++i) {
                if (list[i].is_string())
                    to.order.push_back(list[i].get<std::string>());
                else
                    complain("expect.order[" + std::to_string(i) + ']',
                             "The name of a tool was expected.");
            }
        }

        void readSteps(const json& list, ReplayTest& to)
        {
            if (!list.is_array())
                return complain("expect.steps", "A list was expected.");
            for (std::size_t i = 0; i < list.size(); ++i) {
                const std::string field = "expect.steps[" + std::to_string(i) + ']';
                if (!isObject(list[i], field))
                    continue;
                onlyHas(list[i], field, {"query", "count", "least", "most"});
                to.steps.push_back({text(list[i], field, "query"), readCount(list[i], field)});
                const auto parsed = tracestore::Query::parse(to.steps.back().query);
                if (to.steps.back().query.empty())
                    complain(field + ".query", "A query is missing: `tool = refund`.");
                else if (parsed.error)
                    complain(field + ".query", parsed.error->message + ' ' + parsed.error->hint);
            }
        }

        /// `count`, or `least` and `most`; nothing: at least once.
        ExpectedCount readCount(const json& value, const std::string& field)
        {
            const auto count = wholeNumber(value, field, "count");
            const auto least = wholeNumber(value, field, "least");
            const auto most = wholeNumber(value, field, "most");
            if (count && (least || most))
                complain(field + ".count", "Write either `count`, or `least` and `most`.");
            if (count)
                return {*count, count};
            if (!least && !most)
                return {1, {}};
            if (least && most && *least > *most)
                complain(field + ".least", "`least` is more than `most`.");
            return {least.value_or(0), most};
        }

        void readBudget(const json& value, ReplayTest& to)
        {
            if (!isObject(value, "budget"))
                return;
            onlyHas(value, "budget", {"model_calls", "tool_calls", "tokens", "cost"});
            to.mostModelCalls = wholeNumber(value, "budget", "model_calls");
            to.mostToolCalls = wholeNumber(value, "budget", "tool_calls");
            to.mostTokens = wholeNumber(value, "budget", "tokens");
            const auto cost = value.find("cost");
            if (cost != value.end() && cost->is_number())
                to.mostCost = cost->get<double>();
            else if (cost != value.end())
                complain("budget.cost", "A number (USD) was expected.");
        }
    };

    std::string countText(const ExpectedCount& count)
    {
        if (count.most == count.least)
            return "\"count\": " + std::to_string(count.least);
        std::string written = "\"least\": " + std::to_string(count.least);
        if (count.most)
            written += ", \"most\": " + std::to_string(*count.most);
        return written;
    }

    /// Members of an object, a line each, with a comment before each.
    class CommentedLines
    {
    public:
        void comment(const std::string& text) { m_comment = text; }

        void add(const std::string& line)
        {
            if (!m_text.empty())
                m_text += ",\n";
            if (!m_comment.empty())
                m_text += m_indent + "// " + m_comment + '\n';
            m_comment.clear();
            m_text += m_indent + line;
        }

        explicit CommentedLines(std::string indent)
            : m_indent(std::move(indent))
        { }

        [[nodiscard]] const std::string& text() const { return m_text; }

    private:
        std::string m_indent;
        std::string m_comment;
        std::string m_text;
    };

    template<class Entry, class Write>
    std::string entriesText(const std::vector<Entry>& entries, const Write& write)
    {
        std::string text;
        for (const Entry& entry : entries)
            text += (text.empty() ? "\n      " : ",\n      ") + write(entry);
        return '[' + text + (text.empty() ? "]" : "\n    ]");
    }

    std::string expectedText(const ReplayTest& test)
    {
        CommentedLines lines("    ");
        lines.comment("How the run ends: ok, error, cancelled or refused.");
        if (!test.status.empty())
            lines.add("\"status\": " + tracestore::quoteJson(test.status));
        lines.comment("A regular expression (RE2) that has to be found in the answer.");
        if (!test.answer.empty())
            lines.add("\"answer\": " + tracestore::quoteJson(test.answer));
        lines.comment(
            "Calls of tools: `count` of them, or `least` and `most`; with neither, one at "
            "least.");
        lines.add("\"tools\": " + entriesText(test.tools, [](const ReplayTest::Tool& tool) {
                      return "{\"name\": " + tracestore::quoteJson(tool.name) + ", "
                          + countText(tool.count) + '}';
                  }));
        lines.comment("Tools in the order in which they have to be called; others may be between "
                      "them.");
        lines.add("\"order\": " + tracestore::toJsonText(json(test.order)));
        lines.comment("Steps that a query has to find, as in `kymo query`: arguments, results, "
                      "errors.");
        lines.add("\"steps\": " + entriesText(test.steps, [](const ReplayTest::Steps& steps) {
                      return "{\"query\": " + tracestore::quoteJson(steps.query) + ", "
                          + countText(steps.count) + '}';
                  }));
        return lines.text();
    }

    std::string budgetText(const ReplayTest& test)
    {
        CommentedLines lines("    ");
        const auto add = [&](const char* name, const auto& most) {
            if (most)
                lines.add('"' + std::string(name) + "\": " + tracestore::toJsonText(json(*most)));
        };
        add("model_calls", test.mostModelCalls);
        add("tool_calls", test.mostToolCalls);
        add("tokens", test.mostTokens);
        add("cost", test.mostCost);
        return lines.text();
    }

} // namespace

std::string ExpectedCount::toText() const
{
    if (!most)
        return least == 0 ? "any number" : std::to_string(least) + " or more";
    if (*most == least)
        return std::to_string(least);
    return least == 0 ? "at most " + std::to_string(*most)
                      : std::to_string(least) + " to " + std::to_string(*most);
}

ReplayTestReading readReplayTest(std::string_view text, const std::string& name)
{
    ReplayTestReading reading;
    CommentedJson source = readCommentedJson(text);
    if (!source.value) {
        reading.problems.push_back(std::move(source.problem));
        return reading;
    }
    ReplayTest test = TestReader(reading.problems).read(*source.value);
    ConfigPlaces(source.blanked).locate(reading.problems);
    if (test.name.empty())
        test.name = name;
    if (!hasErrors(reading.problems))
        reading.test = std::move(test);
    return reading;
}

std::string toCommentedText(const ReplayTest& test)
{
    CommentedLines lines("  ");
    lines.add("\"kymo_test\": 1");
    lines.add("\"name\": " + tracestore::quoteJson(test.name));
    lines.comment("The run that is replayed, from the folder of this file.");
    lines.add("\"recording\": " + tracestore::quoteJson(test.recording));
    lines.comment("The agent as it is now; without it the file it was recorded with.");
    if (!test.agent.empty())
        lines.add("\"agent\": " + tracestore::quoteJson(test.agent));
    lines.comment("Where outcomes come from (kymo_replay). As it stands nothing is done outside, "
                  "and a step that is not in the recording fails the test.");
    const auto policy = tracestore::parseJson(toJsonText(test.policy));
    lines.add("\"policy\": " + (policy ? tracestore::toJsonText(*policy) : "{}"));
    lines.comment("What must hold.");
    lines.add("\"expect\": {\n" + expectedText(test) + "\n  }");
    lines.comment("At most; USD for `cost`.");
    lines.add("\"budget\": {\n" + budgetText(test) + "\n  }");
    return "{\n" + lines.text() + "\n}\n";
}

} // namespace engine
