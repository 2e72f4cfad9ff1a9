#include "engine/replay/replay_policy.h"

#include <algorithm>

namespace engine {
namespace {

    std::string listText(const std::vector<std::string>& names)
    {
        std::string text;
        for (const std::string& name : names)
            text += (text.empty() ? "" : ", ") + name;
        return text;
    }

    bool mayBeLive(const ReplayRule& rule)
    {
        return rule.mode == ReplayMode::Live || rule.mode == ReplayMode::Ask;
    }

    /// The names of those that a mode is for, by itself or by the default.
    template<class Names>
    std::vector<std::string>
    namesOf(const ReplayPolicy& policy, EffectKind kind, const Names& names, ReplayMode mode)
    {
        std::vector<std::string> found;
        for (const std::string& name : names) {
            if (policy.ruleOf(kind, name).mode == mode)
                found.push_back(name);
        }
        return found;
    }

    void addModels(const AgentConfig& config, std::set<std::string>& to)
    {
        to.insert(config.model.model);
        for (const ModelConfig& model : config.policies.fallback.models)
            to.insert(model.model);
        for (const RouteConfig& route : config.policies.routes)
            to.insert(route.model.model);
    }

    struct Names
    {
        std::set<std::string> models;
        std::set<std::string> tools;
    };

    /// Of an agent and those below it; tools of servers are known by the policy only.
    Names namesIn(const AgentConfig& config, const ReplayPolicy& policy)
    {
        Names names;
        std::vector<const AgentConfig*> open {&config};
        while (!open.empty()) {
            const AgentConfig* agent = open.back();
            open.pop_back();
            addModels(*agent, names.models);
            for (const ToolConfig& tool : agent->tools)
                names.tools.insert(tool.name);
            for (const AgentConfig& below : agent->agents)
                open.push_back(&below);
        }
        for (const auto& [name, rule] : policy.modelsByName)
            names.models.insert(name);
        for (const auto& [name, rule] : policy.toolsByName)
            names.tools.insert(name);
        return names;
    }

    void addLive(std::vector<std::string>& to,
                 const ReplayPolicy& policy,
                 EffectKind kind,
                 const std::set<std::string>& names)
    {
        const bool isModel = kind == EffectKind::Model;
        const auto live = namesOf(policy, kind, names, ReplayMode::Live);
        for (const std::string& name : live) {
            if (isModel)
                to.push_back("The model " + name + " is really asked, which costs.");
            else if (policy.liveWriters.contains(name))
                to.push_back("The tool " + name
                             + " really runs, and what it writes or does outside is done again.");
            else
                to.push_back("The tool " + name
                             + " really runs where it only reads; where it writes or reaches "
                               "outside, you are asked each time.");
        }
        if (!isModel && policy.tools.mode == ReplayMode::Live)
            to.emplace_back("Every other tool really runs where it only reads, those of servers "
                            "too; where it writes or reaches outside, you are asked each time.");
        const auto asked = namesOf(policy, kind, names, ReplayMode::Ask);
        if (!asked.empty())
            to.push_back("You are asked about each call of " + listText(asked) + '.');
        const auto fixed = namesOf(policy, kind, names, ReplayMode::Static);
        if (!fixed.empty())
            to.push_back("A fixed answer is given by " + listText(fixed) + '.');
        const auto blocked = namesOf(policy, kind, names, ReplayMode::Blocked);
        if (!blocked.empty())
            to.push_back(listText(blocked) + (blocked.size() == 1 ? " is" : " are")
                         + " refused: the agent is told so.");
    }

} // namespace

std::string_view toWord(ReplayMode mode)
{
    switch (mode) {
    case ReplayMode::Recorded:
        return "recorded";
    case ReplayMode::Static:
        return "static";
    case ReplayMode::Live:
        return "live";
    case ReplayMode::Ask:
        return "ask";
    case ReplayMode::Blocked:
        break;
    }
    return "blocked";
}

const ReplayRule& ReplayPolicy::ruleOf(EffectKind kind, const std::string& name) const
{
    const auto& byName = kind == EffectKind::Model ? modelsByName : toolsByName;
    const auto found = byName.find(name);
    if (found != byName.end())
        return found->second;
    return kind == EffectKind::Model ? models : tools;
}

bool isAllRecorded(const ReplayPolicy& policy)
{
    const auto isLive = [](const auto& named) { return mayBeLive(named.second); };
    return !mayBeLive(policy.models) && !mayBeLive(policy.tools)
        && std::ranges::none_of(policy.modelsByName, isLive)
        && std::ranges::none_of(policy.toolsByName, isLive);
}

std::vector<std::string> describe(const ReplayPolicy& policy, const AgentConfig& config)
{
    const Names names = namesIn(config, policy);
    std::vector<std::string> sentences;
    sentences.emplace_back(
        isAllRecorded(policy)
            ? "Nothing is done outside: all outcomes come from the recording. You are asked where "
              "a step is not in it."
            : "What is not named here comes from the recording. You are asked where a step is not "
              "in it.");
    addLive(sentences, policy, EffectKind::Model, names.models);
    addLive(sentences, policy, EffectKind::Tool, names.tools);
    if (policy.sameUpTo > 0)
        sentences.push_back("Up to event " + std::to_string(policy.sameUpTo)
                            + " all outcomes come from the recording, whatever is asked for.");
    const auto count = std::ranges::count_if(policy.normalisers, &Normaliser::isOn);
    if (count > 0)
        sentences.push_back(std::to_string(count)
                            + (count == 1 ? " normaliser makes" : " normalisers make")
                            + " texts equal that differ.");
    return sentences;
}

} // namespace engine
