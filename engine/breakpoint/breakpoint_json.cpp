#include "engine/breakpoint/breakpoint_json.h"

#include "engine/breakpoint/action_json.h"
#include "engine/breakpoint/json_entry.h"
#include "tracestore/base/json_io.h"

#include <algorithm>
#include <array>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    constexpr int kVersion = 1;
    constexpr std::size_t kMostEntries = 100'000;
    constexpr std::array<std::string_view, 4> kRuleWords {"always", "equal", "at_least", "every"};

    void writeScope(const StepScope& scope, json& to)
    {
        const auto write = [&](const char* name, const std::string& value) {
            if (!value.empty())
                to[name] = value;
        };
        write("agent", scope.agent);
        write("tool", scope.tool);
        write("model", scope.model);
        write("session", scope.session);
    }

    void readScope(JsonEntry& entry, StepScope& to)
    {
        entry.read("agent", to.agent);
        entry.read("tool", to.tool);
        entry.read("model", to.model);
        entry.read("session", to.session);
    }

    void readHits(JsonEntry& entry, HitRule& to)
    {
        const json* value = entry.member("hits");
        if (value == nullptr)
            return;
        JsonEntry rule(*value);
        std::string word = "always";
        rule.read("rule", word);
        rule.readCount("number", to.number);
        const auto* const found = std::ranges::find(kRuleWords, word);
        if (found == kRuleWords.end() || to.number == 0 || !rule.finished())
            return entry.refuse("hits",
                                "a `rule` (always, equal, at_least, every) with a `number` from 1");
        to.kind = static_cast<HitRule::Kind>(found - kRuleWords.begin());
    }

    Result<void> readActions(JsonEntry& entry, std::vector<BreakpointAction>& to)
    {
        const json* value = entry.member("actions");
        if (value == nullptr)
            return {};
        if (!value->is_array())
            entry.refuse("actions", "a list");
        for (std::size_t i = 0; value->is_array() && i < value->size(); ++i) {
            auto action = actionFromJson((*value)[i]);
            if (!action)
                return tracestore::fail(ErrorCode::Invalid,
                                        "Its action " + std::to_string(i + 1)
                                            + " makes no sense: " + action.error().message);
            to.push_back(std::move(*action));
        }
        return {};
    }

    /// Reads a list of entries; the first that makes no sense is named.
    template<class Entry>
    Result<void> readList(const json* list,
                          std::string_view what,
                          Result<Entry> (*read)(const json&),
                          std::vector<Entry>& to)
    {
        if (list == nullptr)
            return {};
        if (!list->is_array() || list->size() > kMostEntries)
            return tracestore::fail(ErrorCode::Invalid,
                                    "Of the file a list of each kind is expected, of at most "
                                    "100000 entries.");
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto entry = read((*list)[i]);
            if (!entry)
                return tracestore::fail(ErrorCode::Invalid,
                                        std::string(what) + ' ' + std::to_string(i + 1)
                                            + " makes no sense: " + entry.error().message);
            to.push_back(std::move(*entry));
        }
        return {};
    }

    template<class Entry>
    json listOf(const std::vector<Entry>& entries)
    {
        json list = json::array();
        for (const Entry& entry : entries)
            list.push_back(toJson(entry));
        return list;
    }

    /// Numbers name entries: each is there once.
    template<class Entry>
    bool hasDistinctIds(const std::vector<Entry>& entries)
    {
        std::vector<std::uint32_t> ids;
        for (const Entry& entry : entries)
            ids.push_back(entry.id);
        std::ranges::sort(ids);
        return std::adjacent_find(ids.begin(), ids.end()) == ids.end();
    }

    constexpr double kNsInMs = 1e6;
    constexpr double kLongestDelayMs = 86'400'000;

    void readDelay(JsonEntry& entry, tracestore::Duration& to)
    {
        double milliseconds = static_cast<double>(to.ns) / kNsInMs;
        entry.read("delay_ms", milliseconds);
        if (milliseconds < 0 || milliseconds > kLongestDelayMs)
            entry.refuse("delay_ms", "a number of milliseconds up to a day");
        else
            to.ns = std::llround(milliseconds * kNsInMs);
    }

} // namespace

json toJson(const Breakpoint& breakpoint)
{
    json value {{"id", breakpoint.id}, {"kind", infoOf(breakpoint.kind).word}};
    writeScope(breakpoint.scope, value);
    const auto write = [&](const char* name, const std::string& text) {
        if (!text.empty())
            value[name] = text;
    };
    write("changed", breakpoint.changed);
    write("condition", breakpoint.condition);
    write("group", breakpoint.group);
    write("note", breakpoint.note);
    if (breakpoint.hits != HitRule {})
        value["hits"] = {{"rule", kRuleWords[static_cast<std::size_t>(breakpoint.hits.kind)]},
                         {"number", breakpoint.hits.number}};
    if (!breakpoint.isEnabled)
        value["enabled"] = false;
    if (breakpoint.isOneShot)
        value["one_shot"] = true;
    if (!breakpoint.actions.empty())
        value["actions"] = listOf(breakpoint.actions);
    return value;
}

Result<Breakpoint> breakpointFromJson(const json& value)
{
    JsonEntry entry(value);
    Breakpoint breakpoint;
    std::string kind;
    entry.readCount("id", breakpoint.id);
    entry.read("kind", kind);
    if (const auto known = stopKindOf(kind))
        breakpoint.kind = *known;
    else
        entry.refuse("kind", "one of the kinds of breakpoints, like before_tool");
    readScope(entry, breakpoint.scope);
    entry.read("changed", breakpoint.changed);
    entry.read("condition", breakpoint.condition);
    entry.read("group", breakpoint.group);
    entry.read("note", breakpoint.note);
    readHits(entry, breakpoint.hits);
    entry.read("enabled", breakpoint.isEnabled);
    entry.read("one_shot", breakpoint.isOneShot);
    if (auto done = readActions(entry, breakpoint.actions); !done)
        return tracestore::fail(done.error());
    if (auto done = entry.finished(); !done)
        return tracestore::fail(done.error());
    return breakpoint;
}

json toJson(const Watch& watch)
{
    json value {{"id", watch.id}, {"expression", watch.expression}};
    if (!watch.agent.empty())
        value["agent"] = watch.agent;
    return value;
}

Result<Watch> watchFromJson(const json& value)
{
    JsonEntry entry(value);
    Watch watch;
    entry.readCount("id", watch.id);
    entry.read("expression", watch.expression);
    entry.read("agent", watch.agent);
    if (watch.expression.empty())
        entry.refuse("expression", "what is watched, like `args.amount`");
    if (auto done = entry.finished(); !done)
        return tracestore::fail(done.error());
    return watch;
}

json toJson(const FaultRule& rule)
{
    json value {{"id", rule.id},
                {"kind", toWord(rule.kind)},
                {"seed", rule.seed},
                {"delay_ms", static_cast<double>(rule.delay.ns) / kNsInMs},
                {"error_type", rule.errorType}};
    writeScope(rule.scope, value);
    if (!rule.condition.empty())
        value["condition"] = rule.condition;
    if (!rule.isEnabled)
        value["enabled"] = false;
    if (rule.count > 0)
        value["count"] = rule.count;
    if (rule.probability != 1)
        value["probability"] = rule.probability;
    if (!rule.message.empty())
        value["message"] = rule.message;
    return value;
}

Result<FaultRule> faultFromJson(const json& value)
{
    JsonEntry entry(value);
    FaultRule rule;
    std::string kind;
    entry.readCount("id", rule.id);
    entry.read("kind", kind);
    if (const auto known = faultKindOf(kind))
        rule.kind = *known;
    else
        entry.refuse("kind", "timeout, error, malformed, slow, empty or rate_limit");
    readScope(entry, rule.scope);
    entry.read("condition", rule.condition);
    entry.read("enabled", rule.isEnabled);
    entry.readCount("count", rule.count);
    entry.read("probability", rule.probability);
    if (!(rule.probability >= 0 && rule.probability <= 1))
        entry.refuse("probability", "a number from 0 to 1");
    entry.readCount("seed", rule.seed);
    readDelay(entry, rule.delay);
    entry.read("error_type", rule.errorType);
    entry.read("message", rule.message);
    if (auto done = entry.finished(); !done)
        return tracestore::fail(done.error());
    return rule;
}

std::string toJsonText(const DebugSetup& setup)
{
    const json value {{"kymo_debug", kVersion},
                      {"breakpoints", listOf(setup.breakpoints)},
                      {"watches", listOf(setup.watches)},
                      {"faults", listOf(setup.faults)}};
    return tracestore::toJsonText(value, 2) + '\n';
}

Result<DebugSetup> readDebugSetup(std::string_view text)
{
    const auto value = tracestore::parseJson(text);
    if (!value)
        return tracestore::fail(ErrorCode::Invalid,
                                "The breakpoints cannot be read: " + value.error().message);
    JsonEntry entry(*value);
    int version = 0;
    entry.readCount("kymo_debug", version);
    if (version == 0)
        return tracestore::fail(ErrorCode::Invalid,
                                "This is no file of breakpoints: `kymo_debug` is missing.");
    if (version > kVersion)
        return tracestore::fail(ErrorCode::Invalid,
                                "These breakpoints were written by a newer Kymo.");
    DebugSetup setup;
    Result<void> done = readList(
        entry.member("breakpoints"), "Breakpoint", breakpointFromJson, setup.breakpoints);
    if (done)
        done = readList(entry.member("watches"), "Watch", watchFromJson, setup.watches);
    if (done)
        done = readList(entry.member("faults"), "Fault", faultFromJson, setup.faults);
    if (done)
        done = entry.finished();
    if (!done)
        return tracestore::fail(done.error());
    if (!hasDistinctIds(setup.breakpoints) || !hasDistinctIds(setup.watches)
        || !hasDistinctIds(setup.faults))
        return tracestore::fail(ErrorCode::Invalid, "A number is given to two entries.");
    return setup;
}

} // namespace engine
