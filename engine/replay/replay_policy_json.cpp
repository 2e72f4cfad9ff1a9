#include "engine/config/commented_json.h"
#include "engine/config/config_places.h"
#include "engine/config/field_reader.h"
#include "engine/replay/normaliser_set.h"
#include "engine/replay/replay_policy.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace engine {

using nlohmann::json;

namespace {

    constexpr int kPolicyVersion = 1;
    constexpr std::array kModes {ReplayMode::Recorded,
                                 ReplayMode::Static,
                                 ReplayMode::Live,
                                 ReplayMode::Ask,
                                 ReplayMode::Blocked};

    class PolicyReader : private FieldReader
    {
    public:
        explicit PolicyReader(std::vector<ConfigProblem>& problems)
            : FieldReader(problems)
        { }

        ReplayPolicy read(const json& value)
        {
            ReplayPolicy policy;
            if (!value.is_object()) {
                complain("", "A replay policy is an object: `{\"kymo_replay\": 1}`.");
                return policy;
            }
            const json version = value.value("kymo_replay", json());
            if (version != kPolicyVersion)
                complain("kymo_replay",
                         "This is no replay policy of version 1: write `\"kymo_replay\": 1`.");
            onlyHas(
                value,
                "",
                {"kymo_replay", "models", "tools", "live_writers", "normalisers", "same_up_to"});
            if (value.contains("models"))
                readRules(value["models"], "models", policy.models, policy.modelsByName);
            if (value.contains("tools"))
                readRules(value["tools"], "tools", policy.tools, policy.toolsByName);
            if (value.contains("live_writers"))
                readWriters(value["live_writers"], policy.liveWriters);
            if (value.contains("normalisers"))
                readNormalisers(value["normalisers"], policy.normalisers);
            if (value.contains("same_up_to"))
                policy.sameUpTo = eventNumber(value["same_up_to"]);
            return policy;
        }

    private:
        /// `"live"`, or `{"mode": "static", "answer": "..."}`.
        ReplayRule readRule(const json& value, const std::string& field)
        {
            ReplayRule rule;
            const bool isWord = value.is_string();
            if (!isWord && !value.is_object()) {
                complain(field, "A mode was expected, or an object with `mode` and `answer`.");
                return rule;
            }
            const std::string word = isWord ? value.get<std::string>() : text(value, field, "mode");
            const auto* const mode
                = std::ranges::find(kModes, word, [](ReplayMode each) { return toWord(each); });
            if (mode == kModes.end()) {
                complain(isWord ? field : field + ".mode",
                         "`" + word + "` is no mode: recorded, static, live, ask and blocked are.");
                return rule;
            }
            rule.mode = *mode;
            if (!isWord)
                rule.answer = text(value, field, "answer");
            if (rule.mode == ReplayMode::Static && (isWord || !value.contains("answer")))
                complain(field, "`static` needs an `answer`: the text that is always given.");
            return rule;
        }

        void readRules(const json& value,
                       const std::string& field,
                       ReplayRule& common,
                       std::map<std::string, ReplayRule>& byName)
        {
            common = readRule(value.is_object() && !value.contains("mode")
                                  ? json(toWord(ReplayMode::Recorded))
                                  : value,
                              field);
            if (!value.is_object())
                return;
            onlyHas(value, field, {"mode", "answer", "by_name"});
            const json named = value.value("by_name", json::object());
            if (!named.is_object())
                return complain(field + ".by_name", "Modes by name were expected: an object.");
            for (const auto& [name, rule] : named.items())
                byName[name] = readRule(rule, field + ".by_name." + name);
        }

        void readWriters(const json& value, std::set<std::string>& to)
        {
            if (!value.is_array())
                return complain("live_writers", "A list of names of tools was expected.");
            for (std::size_t i = 0; i < value.size(); ++i) {
                if (value[i].is_string())
                    to.insert(value[i].get<std::string>());
                else
                    complain("live_writers[" + std::to_string(i) + ']',
                             "The name of a tool was expected.");
            }
        }

        std::int64_t eventNumber(const json& value)
        {
            if (value.is_number_unsigned())
                return value.get<std::int64_t>();
            complain("same_up_to", "The number of an event of the recording was expected.");
            return 0;
        }

        void readNormalisers(const json& value, std::vector<Normaliser>& to)
        {
            if (!value.is_array())
                return complain("normalisers", "A list was expected.");
            for (std::size_t i = 0; i < value.size(); ++i) {
                const std::string field = "normalisers[" + std::to_string(i) + ']';
                if (!value[i].is_object()) {
                    complain(field,
                             "An object with `path`, `pattern`, `replacement` was expected.");
                    continue;
                }
                onlyHas(value[i], field, {"name", "path", "pattern", "replacement", "on"});
                to.push_back(readNormaliser(value[i], field));
            }
        }

        Normaliser readNormaliser(const json& value, const std::string& field)
        {
            Normaliser normaliser {.name = text(value, field, "name"),
                                   .path = text(value, field, "path"),
                                   .pattern = text(value, field, "pattern"),
                                   .replacement = text(value, field, "replacement")};
            const json isOn = value.value("on", json(true));
            if (isOn.is_boolean())
                normaliser.isOn = isOn.get<bool>();
            else
                complain(field + ".on", "true or false was expected.");
            if (normaliser.pattern.empty())
                complain(field + ".pattern", "A regular expression is missing.");
            else if (const auto set = NormaliserSet::of({normaliser}); !set)
                complain(field + ".pattern", set.error().message);
            return normaliser;
        }
    };

    json jsonOf(const ReplayRule& rule)
    {
        if (rule.mode != ReplayMode::Static)
            return toWord(rule.mode);
        return {{"mode", toWord(rule.mode)}, {"answer", rule.answer}};
    }

    json jsonOf(const ReplayRule& common, const std::map<std::string, ReplayRule>& byName)
    {
        json value {{"mode", toWord(common.mode)}};
        if (common.mode == ReplayMode::Static)
            value["answer"] = common.answer;
        for (const auto& [name, rule] : byName)
            value["by_name"][name] = jsonOf(rule);
        return value;
    }

} // namespace

ReplayPolicyReading readReplayPolicy(std::string_view text)
{
    ReplayPolicyReading reading;
    CommentedJson source = readCommentedJson(text);
    if (!source.value) {
        reading.problems.push_back(std::move(source.problem));
        return reading;
    }
    ReplayPolicy policy = PolicyReader(reading.problems).read(*source.value);
    ConfigPlaces(source.blanked).locate(reading.problems);
    if (!hasErrors(reading.problems))
        reading.policy = std::move(policy);
    return reading;
}

std::string toJsonText(const ReplayPolicy& policy)
{
    json value {{"kymo_replay", kPolicyVersion},
                {"models", jsonOf(policy.models, policy.modelsByName)},
                {"tools", jsonOf(policy.tools, policy.toolsByName)},
                {"live_writers", policy.liveWriters},
                {"normalisers", json::array()}};
    if (policy.sameUpTo > 0)
        value["same_up_to"] = policy.sameUpTo;
    for (const Normaliser& each : policy.normalisers)
        value["normalisers"].push_back({{"name", each.name},
                                        {"path", each.path},
                                        {"pattern", each.pattern},
                                        {"replacement", each.replacement},
                                        {"on", each.isOn}});
    return tracestore::toJsonText(value, 2);
}

} // namespace engine
