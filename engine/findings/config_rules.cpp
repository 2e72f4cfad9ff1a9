#include "engine/findings/config_rules.h"

#include "tracestore/analysis/token_estimate.h"
#include "tracestore/findings/finding_texts.h"

#include <algorithm>

namespace engine::config_rules {

using nlohmann::json;
using tracestore::counted;
using tracestore::Finding;
using tracestore::Severity;
using tracestore::ticked;
using tracestore::tickedList;

namespace {

    constexpr std::size_t kManyTools = 40;
    constexpr std::int64_t kLongDescription = 1'000;
    constexpr std::uint32_t kManyIterations = 200;

    bool writesByWord(const std::string& word)
    {
        return word == "writes" || word == "outside";
    }

    /// As far as the configuration tells: tools are looked at as engine/tool classes them.
    bool mayWrite(const ToolConfig& tool)
    {
        if (tool.effectClass)
            return writesByWord(*tool.effectClass);
        const std::string& builtin = tool.builtin.empty() ? tool.name : tool.builtin;
        const auto writable
            = tool.options.is_object() ? tool.options.find("writable") : tool.options.end();
        return builtin == "http_get"
            || (builtin == "shell" && writable != tool.options.end() && *writable == json(true));
    }

    bool hasOwnTools(const AgentConfig& agent)
    {
        return !agent.tools.empty() || !agent.servers.empty();
    }

} // namespace

void noBudget(const AgentConfig& agent, const std::string& path, Findings& to)
{
    const BudgetConfig& budget = agent.budget;
    // Workers share the budget of who gives them work.
    if (!path.empty() || budget.cost || budget.tokens || budget.seconds || budget.steps)
        return;
    const bool isScripted = std::ranges::all_of(agent.providers, [](const ProviderConfig& each) {
        return each.kind == ProviderKind::Script;
    });
    to.push_back({.severity = isScripted ? Severity::Note : Severity::Warning,
                  .field = "budget",
                  .title = "The agent has no budget",
                  .explanation = "Nothing bounds what a run costs, how long it takes or how many "
                                 "steps it makes but the guard against loops.",
                  .wayOut
                  = "Set `budget.cost` (USD), `budget.seconds` or `budget.steps` to what the "
                    "largest run should need, and something on top."});
}

void noLoopGuard(const AgentConfig& agent, const std::string& path, Findings& to)
{
    const LoopGuardConfig& guard = agent.policies.loopGuard;
    const std::string field = path + "policies.loopGuard";
    if (!guard.isOn)
        to.push_back({.severity = Severity::Warning,
                      .field = field,
                      .title = "The guard against loops is off",
                      .explanation = "A model that asks for the same again and again is stopped by "
                                     "nothing but the budget.",
                      .wayOut
                      = "Turn it on, with more `iterations` or `repeats` where long work or "
                        "polling is meant."});
    else if (guard.iterations >= kManyIterations && !agent.budget.steps)
        to.push_back(
            {.severity = Severity::Note,
             .field = field + ".iterations",
             .title = counted(guard.iterations, "iteration")
                 + " are allowed, and the budget has no limit of steps",
             .explanation = "A run without progress goes on for long before it is stopped.",
             .wayOut = "Set `budget.steps`, or fewer iterations."});
}

void unapprovedWrites(const AgentConfig& agent, const std::string& path, Findings& to)
{
    for (std::size_t i = 0; i < agent.tools.size(); ++i) {
        const ToolConfig& tool = agent.tools[i];
        if (!mayWrite(tool) || tool.needsApproval || !tool.preconditions.empty())
            continue;
        const bool isGet = (tool.builtin.empty() ? tool.name : tool.builtin) == "http_get";
        to.push_back(
            {.severity = isGet ? Severity::Note : Severity::Warning,
             .field = path + "tools[" + std::to_string(i) + ']',
             .title = ticked(tool.name) + " may change something without anybody being asked",
             .explanation = "It writes or reaches outside, needs no approval, and nothing "
                            "checks what its arguments mean: their form is checked by its "
                            "schema only.",
             .wayOut = "Set `needsApproval`, or name `preconditions` that its arguments must "
                       "meet; where it only reads, say so by `effectClass`."});
    }
    for (std::size_t i = 0; path.empty() && i < agent.servers.size(); ++i) {
        const McpConfig& server = agent.servers[i];
        if (server.needsApproval || !server.effectClasses.empty())
            continue;
        to.push_back(
            {.severity = Severity::Note,
             .field = "servers[" + std::to_string(i) + ']',
             .title = "The tools of " + ticked(server.name) + " run without anybody being asked",
             .explanation = "What a server's tools do is not known, so all of them are "
                            "taken to reach outside; none needs approval.",
             .wayOut = "Set `needsApproval`, or say by `effectClasses` which of them only "
                       "read."});
    }
}

void cachedWrites(const AgentConfig& agent, const std::string& path, Findings& to)
{
    const auto& cached = agent.policies.cache.tools;
    for (std::size_t i = 0; i < cached.size(); ++i) {
        const auto tool = std::ranges::find(agent.tools, cached[i], &ToolConfig::name);
        if (tool == agent.tools.end() || !mayWrite(*tool)
            || (tool->builtin.empty() ? tool->name : tool->builtin) == "http_get")
            continue;
        to.push_back({.severity = Severity::Error,
                      .field = path + "policies.cache.tools[" + std::to_string(i) + ']',
                      .title = "Results of " + ticked(tool->name) + " are kept, though it writes",
                      .explanation = "A second call with equal arguments gets the result of the "
                                     "first, and nothing is done.",
                      .wayOut = "Take it out of the list; keep results of tools that only read."});
    }
}

void noErrorHandling(const AgentConfig& agent, const std::string& path, Findings& to)
{
    const PolicyConfig& policies = agent.policies;
    const bool triesAgain = policies.retry.isOn && policies.retry.attempts > 1;
    if (!triesAgain && policies.fallback.models.empty())
        to.push_back({.severity = Severity::Warning,
                      .field = path + "policies.retry",
                      .title = "A run ends at the first model call that fails",
                      .explanation = "Calls are not tried again, and no other model stands in. "
                                     "Providers are overloaded or time out now and then.",
                      .wayOut = "Turn `policies.retry` on with 2 attempts and more, or name "
                                "`policies.fallback.models`."});
    if (hasOwnTools(agent) && agent.prompt.errorRecovery.empty())
        to.push_back({.severity = Severity::Note,
                      .field = path + "prompt.errorRecovery",
                      .title = "The prompt does not say what to do when a tool fails",
                      .explanation = "Models then try the same again, or answer as if nothing had "
                                     "happened.",
                      .wayOut = "Say in `prompt.errorRecovery` when to try otherwise, when to give "
                                "up, and that the answer names what did not work."});
}

void oneProvider(const AgentConfig& agent, const std::string& path, Findings& to)
{
    const auto& models = agent.policies.fallback.models;
    const bool isOne = std::ranges::all_of(
        models, [&](const ModelConfig& model) { return model.provider == agent.model.provider; });
    if (models.empty() || !isOne)
        return;
    to.push_back({.severity = Severity::Note,
                  .field = path + "policies.fallback.models",
                  .title = "All models to fall back to are at " + ticked(agent.model.provider),
                  .explanation = "Where the provider cannot be reached or its key has no money "
                                 "left, none of them helps.",
                  .wayOut = "Add a model of another provider at the end."});
}

void toolList(const AgentConfig& agent, const std::string& path, Findings& to)
{
    if (agent.tools.size() > kManyTools && !agent.policies.offeredTools)
        to.push_back(
            {.severity = Severity::Note,
             .field = path + "tools",
             .title = counted(static_cast<std::int64_t>(agent.tools.size()), "tool")
                 + " are offered in each call",
             .explanation = "The more tools there are, the more often a model picks a "
                            "wrong one, and all of them are read with each call.",
             .wayOut = "Set `policies.offeredTools`: so many are chosen for the question."});
    std::vector<std::string> names;
    std::int64_t tokens = 0;
    for (const ToolConfig& tool : agent.tools) {
        const std::int64_t each = tracestore::estimateTokens(tool.description);
        if (each < kLongDescription)
            continue;
        names.push_back(tool.name);
        tokens += each;
    }
    if (!names.empty())
        to.push_back({.severity = Severity::Note,
                      .field = path + "tools",
                      .title = "Long descriptions of tools: " + tickedList(names),
                      .explanation = "About " + counted(tokens, "token")
                          + " are read with each call of the model.",
                      .wayOut = "Say what a tool does and when to use it in a few sentences; what "
                                "every call needs belongs in the prompt.",
                      .figures = {{"tokens_each_call", static_cast<double>(tokens), "tokens"}}});
}

} // namespace engine::config_rules
