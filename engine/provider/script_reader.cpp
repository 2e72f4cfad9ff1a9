#include "engine/provider/script_reader.h"

#include "engine/provider/script.h"
#include "engine/provider/script_fields.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/json_scan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <re2/re2.h>
#include <set>
#include <sstream>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Result;
using tracestore::Role;

namespace {

    constexpr std::size_t kMaxScriptBytes = std::size_t {16} << 20U;
    constexpr int kPatternMemory = 8 << 20;

    /// Names that the templates of a rule may use.
    using KnownNames = std::set<std::string, std::less<>>;

    bool isKnownName(const KnownNames& names, std::string_view name)
    {
        constexpr std::string_view kBuiltIn[]
            = {"turn", "call", "count", "last", "result", "input"};
        constexpr std::string_view kResultPath = "result:";
        if (name.starts_with(kResultPath))
            return isJsonPointer(name.substr(kResultPath.size()));
        return std::ranges::find(kBuiltIn, name) != std::end(kBuiltIn) || names.contains(name);
    }

    /// `(?<name>` as Perl and JavaScript write it, in RE2's spelling.
    std::string withNamedGroups(std::string pattern)
    {
        constexpr std::string_view kPerl = "(?<";
        for (std::size_t at = pattern.find(kPerl); at != std::string::npos;
             at = pattern.find(kPerl, at + kPerl.size())) {
            const char next = at + kPerl.size() < pattern.size() ? pattern[at + kPerl.size()] : '=';
            if (next != '=' && next != '!')
                pattern.insert(at + 2, "P");
        }
        return pattern;
    }

    std::shared_ptr<const re2::RE2>
    readPattern(const ScriptFields& fields, std::string_view key, KnownNames& names)
    {
        const std::string text = fields.text(key);
        if (text.empty())
            return nullptr;
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(kPatternMemory);
        auto pattern = std::make_shared<const re2::RE2>(withNamedGroups(text), options);
        if (!pattern->ok()) {
            fields.problem().add(fields.pointerTo(key),
                                 "expected a regular expression, but " + pattern->error());
            return nullptr;
        }
        for (int i = 1; i <= pattern->NumberOfCapturingGroups(); ++i)
            names.insert(std::to_string(i));
        for (const auto& [name, index] : pattern->NamedCapturingGroups())
            names.insert(name);
        return pattern;
    }

    TextCondition readTextFields(const ScriptFields& fields, KnownNames& names)
    {
        TextCondition condition;
        condition.contains = fields.text("contains");
        if (fields.find("equals") != nullptr)
            condition.equals = fields.text("equals");
        condition.matches = readPattern(fields, "matches", names);
        return condition;
    }

    /// A text is short for `{"contains": text}`.
    TextCondition readText(const ScriptFields& owner, std::string_view key, KnownNames& names)
    {
        const json* value = owner.find(key);
        if (value == nullptr)
            return {};
        if (value->is_string())
            return {.contains = value->get<std::string>()};
        return readTextFields(
            ScriptFields(
                *value, owner.pointerTo(key), owner.problem(), {"contains", "equals", "matches"}),
            names);
    }

    std::optional<Role> readRole(const ScriptFields& fields)
    {
        const std::string word = fields.text("role");
        if (word.empty())
            return {};
        for (const Role role : {Role::System, Role::User, Role::Assistant, Role::Tool})
            if (toWord(role) == word)
                return role;
        fields.problem().add(fields.pointerTo("role"),
                             "expected system, user, assistant or tool, but it is \"" + word + '"');
        return {};
    }

    std::vector<MessageCondition> readLast(const ScriptFields& when, KnownNames& names)
    {
        std::vector<MessageCondition> conditions;
        for (const auto& [pointer, value] : when.elements("last")) {
            if (value->is_string()) {
                conditions.push_back({.text = {.contains = value->get<std::string>()}});
                continue;
            }
            const ScriptFields fields(
                *value, pointer, when.problem(), {"role", "contains", "equals", "matches"});
            conditions.push_back({readRole(fields), readTextFields(fields, names)});
        }
        return conditions;
    }

    std::optional<ResultCondition> readResult(const ScriptFields& when, KnownNames& names)
    {
        const json* value = when.find("result");
        if (value == nullptr)
            return {};
        const ScriptFields fields(*value,
                                  when.pointerTo("result"),
                                  when.problem(),
                                  {"tool", "isError", "contains", "equals", "matches"});
        return ResultCondition {
            fields.text("tool"), fields.truth("isError"), readTextFields(fields, names)};
    }

    void readTurn(const ScriptFields& when, RuleCondition& condition)
    {
        const json* value = when.find("turn");
        if (value == nullptr)
            return;
        if (!value->is_object()) {
            condition.fromTurn = when.count("turn", 1).value_or(1);
            condition.toTurn = condition.fromTurn;
            return;
        }
        const ScriptFields fields(*value, when.pointerTo("turn"), when.problem(), {"from", "to"});
        condition.fromTurn = fields.count("from", 1).value_or(1);
        condition.toTurn = fields.count("to", 1);
    }

    std::map<std::string, json> readValues(const ScriptFields& owner, std::string_view key)
    {
        std::map<std::string, json> values;
        const json* object = owner.find(key);
        if (object == nullptr)
            return values;
        if (!object->is_object()) {
            owner.problem().add(owner.pointerTo(key),
                                "expected an object of names and values, but it is "
                                    + describe(*object));
            return values;
        }
        for (const auto& [name, value] : object->items())
            values[name] = value;
        return values;
    }

    RuleCondition readCondition(const ScriptFields& rule, KnownNames& names)
    {
        RuleCondition condition;
        const json* value = rule.find("when");
        if (value == nullptr)
            return condition;
        const ScriptFields when(
            *value,
            rule.pointerTo("when"),
            rule.problem(),
            {"last", "result", "input", "system", "model", "tools", "turn", "state", "chance"});
        condition.last = readLast(when, names);
        condition.result = readResult(when, names);
        condition.input = readText(when, "input", names);
        condition.system = readText(when, "system", names);
        condition.model = readText(when, "model", names);
        condition.tools = when.texts("tools");
        readTurn(when, condition);
        condition.state = readValues(when, "state");
        condition.chance = when.number("chance", 0);
        if (condition.chance && *condition.chance > 1)
            rule.problem().add(when.pointerTo("chance"), "expected a share from 0 to 1");
        return condition;
    }

    ScriptTemplate
    readTemplate(const ScriptFields& fields, std::string_view key, const KnownNames& names)
    {
        auto read = ScriptTemplate::parse(
            fields.text(key), [&](std::string_view name) { return isKnownName(names, name); });
        if (read)
            return std::move(*read);
        fields.problem().add(fields.pointerTo(key), read.error().message);
        return {};
    }

    void readArguments(const ScriptFields& fields, const KnownNames& names, ScriptCall& call)
    {
        call.rawArguments = fields.text("raw");
        const json* value = fields.find("arguments");
        if (value == nullptr)
            return;
        if (!value->is_object()) {
            fields.problem().add(fields.pointerTo("arguments"),
                                 "expected an object, but it is " + describe(*value)
                                     + "; for arguments that are no JSON use `raw`");
            return;
        }
        auto read = JsonTemplate::parse(
            *value, [&](std::string_view name) { return isKnownName(names, name); });
        if (read)
            call.arguments = std::move(*read);
        else
            fields.problem().add(fields.pointerTo("arguments") + read.error().where,
                                 read.error().message);
    }

    std::vector<ScriptCall> readCalls(const ScriptFields& answer, const KnownNames& names)
    {
        std::vector<ScriptCall> calls;
        for (const auto& [pointer, value] : answer.elements("calls")) {
            const ScriptFields fields(
                *value, pointer, answer.problem(), {"name", "arguments", "raw"});
            ScriptCall call;
            call.name = readTemplate(fields, "name", names);
            if (call.name.isEmpty())
                answer.problem().add(pointer + "/name", "expected the name of a tool");
            readArguments(fields, names, call);
            calls.push_back(std::move(call));
        }
        return calls;
    }

    std::optional<tracestore::TokenUsage> readUsage(const ScriptFields& answer)
    {
        const json* value = answer.find("usage");
        if (value == nullptr)
            return {};
        const ScriptFields fields(*value,
                                  answer.pointerTo("usage"),
                                  answer.problem(),
                                  {"input", "output", "cacheRead", "cacheWrite", "reasoning"});
        const auto tokens = [&](std::string_view key) -> std::optional<std::int64_t> {
            const auto count = fields.count(key, 0);
            return count ? std::optional(static_cast<std::int64_t>(*count)) : std::nullopt;
        };
        tracestore::TokenUsage usage;
        usage.input = tokens("input");
        usage.output = tokens("output");
        usage.cacheRead = tokens("cacheRead");
        usage.cacheWrite = tokens("cacheWrite");
        usage.reasoning = tokens("reasoning");
        return usage;
    }

    ScriptFault::Kind readFaultKind(const ScriptFields& fields)
    {
        constexpr std::array<std::pair<std::string_view, ScriptFault::Kind>, 6> kKinds {
            {{"status", ScriptFault::Kind::Status},
             {"cut", ScriptFault::Kind::Cut},
             {"malformed", ScriptFault::Kind::Malformed},
             {"timeout", ScriptFault::Kind::Timeout},
             {"network", ScriptFault::Kind::Network},
             {"empty", ScriptFault::Kind::Empty}}};
        const std::string word = fields.text("kind");
        if (word.empty())
            return ScriptFault::Kind::Status;
        for (const auto& [known, kind] : kKinds)
            if (known == word)
                return kind;
        fields.problem().add(
            fields.pointerTo("kind"),
            "expected status, cut, malformed, timeout, network or empty, but it is \"" + word
                + '"');
        return ScriptFault::Kind::Status;
    }

    std::optional<ScriptFault> readFault(const ScriptFields& rule)
    {
        constexpr double kNsInSecond = 1e9;
        constexpr std::size_t kFirstFailure = 400;
        constexpr std::size_t kLastFailure = 599;
        const json* value = rule.find("fault");
        if (value == nullptr)
            return {};
        const ScriptFields fields(*value,
                                  rule.pointerTo("fault"),
                                  rule.problem(),
                                  {"kind", "status", "message", "retryAfter", "after"});
        ScriptFault fault;
        fault.kind = readFaultKind(fields);
        if (const auto status = fields.count("status", kFirstFailure)) {
            if (*status > kLastFailure)
                rule.problem().add(fields.pointerTo("status"), "expected a status from 400 to 599");
            fault.status = static_cast<int>(std::min(*status, kLastFailure));
        }
        fault.message = fields.text("message");
        if (const auto seconds = fields.number("retryAfter", 0))
            fault.retryAfter = tracestore::Duration {std::llround(*seconds * kNsInSecond)};
        fault.after = fields.count("after", 0).value_or(0);
        return fault;
    }

    /// The pace of a rule, or of the file where the rule says nothing.
    ScriptPace readPace(const ScriptFields& owner, const ScriptPace& usual)
    {
        ScriptPace pace = usual;
        const json* value = owner.find("pace");
        if (value == nullptr)
            return pace;
        const ScriptFields fields(
            *value, owner.pointerTo("pace"), owner.problem(), {"delayMs", "chunkDelayMs", "chunk"});
        if (fields.find("delayMs") != nullptr)
            pace.delay = fields.milliseconds("delayMs");
        if (fields.find("chunkDelayMs") != nullptr)
            pace.chunkDelay = fields.milliseconds("chunkDelayMs");
        pace.chunk = fields.count("chunk", 1).value_or(pace.chunk);
        return pace;
    }

    ScriptReply
    readReply(const ScriptFields& rule, const KnownNames& names, const ScriptPace& usual)
    {
        ScriptReply reply;
        reply.pace = readPace(rule, usual);
        reply.fault = readFault(rule);
        const json* value = rule.find("answer");
        if (value == nullptr) {
            if (!reply.fault)
                rule.problem().add(rule.pointerTo("answer"), "expected an answer or a fault");
            return reply;
        }
        const ScriptFields answer(*value,
                                  rule.pointerTo("answer"),
                                  rule.problem(),
                                  {"text", "reasoning", "calls", "finish", "usage"});
        reply.text = readTemplate(answer, "text", names);
        reply.reasoning = readTemplate(answer, "reasoning", names);
        reply.calls = readCalls(answer, names);
        reply.finish = answer.text("finish");
        reply.usage = readUsage(answer);
        return reply;
    }

    std::map<std::string, double> readAmounts(const ScriptFields& rule)
    {
        std::map<std::string, double> amounts;
        for (const auto& [name, value] : readValues(rule, "add")) {
            if (value.is_number())
                amounts[name] = value.get<double>();
            else
                rule.problem().add(rule.pointerTo("add") + '/' + name,
                                   "expected a number, but it is " + describe(value));
        }
        return amounts;
    }

    ScriptRule readRule(const ScriptFields& fields, KnownNames names, const ScriptPace& usual)
    {
        ScriptRule rule;
        rule.name = fields.text("name");
        rule.when = readCondition(fields, names);
        rule.times = fields.count("times", 1);
        if (fields.truth("once").value_or(false))
            rule.times = 1;
        rule.set = readValues(fields, "set");
        rule.add = readAmounts(fields);
        rule.reply = readReply(fields, names, usual);
        return rule;
    }

    /// State variables come into being by `state`, `set` and `add` of any rule.
    KnownNames stateNames(const json& file)
    {
        KnownNames names;
        const auto collect = [&](const json& holder, const char* key) {
            if (holder.is_object() && holder.contains(key) && holder[key].is_object())
                for (const auto& [name, value] : holder[key].items())
                    names.insert("state." + name);
        };
        collect(file, "state");
        if (file.is_object() && file.contains("rules") && file["rules"].is_array())
            for (const json& rule : file["rules"]) {
                collect(rule, "set");
                collect(rule, "add");
            }
        return names;
    }

    Result<json> parseScriptJson(std::string_view text, const std::string& name)
    {
        if (text.size() > kMaxScriptBytes)
            return tracestore::fail(ErrorCode::Limit, name + ": it is larger than 16 MB.");
        try {
            return json::parse(text, nullptr, true, true);
        } catch (const json::parse_error& problem) {
            tracestore::LineCounter lines(text);
            const std::size_t at = problem.byte > 0 ? problem.byte - 1 : 0;
            return tracestore::fail(ErrorCode::Invalid,
                                    name + ": line "
                                        + std::to_string(lines.lineAt(std::min(at, text.size())))
                                        + ": expected JSON, but the text is broken here.");
        }
    }

} // namespace

Result<ScriptFile> readScript(std::string_view text, const std::string& name)
{
    constexpr std::size_t kVersion = 1;
    const auto parsed = parseScriptJson(text, name);
    if (!parsed)
        return tracestore::fail(parsed.error());
    ScriptProblem problem(name);
    ScriptFile file;
    const ScriptFields top(
        *parsed, {}, problem, {"$schema", "version", "description", "state", "pace", "rules"});
    if (const auto version = top.count("version", kVersion); version && *version > kVersion)
        problem.add("/version", "this Kymo reads version 1 only");
    file.state = readValues(top, "state");
    const ScriptPace usual = readPace(top, {});
    const json* rules = top.find("rules");
    if (!problem.isThere() && (rules == nullptr || !rules->is_array() || rules->empty()))
        problem.add("/rules", "expected a list of rules");
    const KnownNames names = stateNames(*parsed);
    for (const auto& [pointer, value] : top.elements("rules")) {
        const ScriptFields fields(
            *value,
            pointer,
            problem,
            {"name", "when", "once", "times", "set", "add", "answer", "pace", "fault"});
        file.rules.push_back(readRule(fields, names, usual));
        if (file.rules.back().name.empty())
            file.rules.back().name = "rule " + std::to_string(file.rules.size());
    }
    if (problem.isThere())
        return tracestore::fail(problem.error());
    return file;
}

Result<std::unique_ptr<Script>> Script::parse(std::string_view text, const std::string& name)
{
    auto file = readScript(text, name);
    if (!file)
        return tracestore::fail(std::move(file).error());
    return std::make_unique<Script>(name, std::move(file->rules), std::move(file->state));
}

Result<std::unique_ptr<Script>> Script::load(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        return tracestore::fail(ErrorCode::Io,
                                path.string() + " cannot be read. Check that it exists.");
    return parse(text.str(), path.filename().string());
}

} // namespace engine
