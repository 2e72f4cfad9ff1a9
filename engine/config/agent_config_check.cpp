#include "engine/config/agent_config_check.h"

#include "tracestore/base/key_patterns.h"
#include "tracestore/query/query_value.h"

#include <algorithm>

namespace engine {

using nlohmann::json;

namespace {

    std::string textIn(const json& of, const char* name)
    {
        if (!of.is_object())
            return {};
        const auto found = of.find(name);
        return found != of.end() && found->is_string() ? found->get<std::string>() : "";
    }

    bool isSet(const json& options, const char* name)
    {
        const auto found = options.find(name);
        return found != options.end() && *found == json(true);
    }

    bool isSameModel(const ModelConfig& a, const ModelConfig& b)
    {
        return a.provider == b.provider && a.model == b.model && a.parameters == b.parameters;
    }

    std::string indexed(const std::string& list, std::size_t i)
    {
        return list + '[' + std::to_string(i) + ']';
    }

    /// Checks one agent; workers get a checker each.
    class AgentChecker
    {
    public:
        AgentChecker(const AgentConfig& config,
                     std::string path,
                     const AgentConfig& root,
                     std::vector<ConfigProblem>& problems)
            : m_config(config)
            , m_path(std::move(path))
            , m_root(root)
            , m_problems(problems)
        { }

        void check(const std::optional<std::set<std::string>>& tools, std::set<std::string>& used)
        {
            checkModels(used);
            checkFallbacks();
            checkTools(tools);
            checkPrompts();
            checkPattern();
            checkBudget();
        }

    private:
        void error(std::string field, std::string message)
        {
            m_problems.push_back({0, 0, m_path + std::move(field), std::move(message), true});
        }

        void warn(std::string field, std::string message)
        {
            m_problems.push_back({0, 0, m_path + std::move(field), std::move(message), false});
        }

        void
        checkModel(const ModelConfig& model, const std::string& field, std::set<std::string>& used)
        {
            used.insert(model.provider);
            std::vector<std::string_view> known;
            for (const ProviderConfig& provider : m_root.providers)
                known.emplace_back(provider.name);
            if (std::find(known.begin(), known.end(), model.provider) != known.end())
                return;
            const std::string_view near = tracestore::nearestWord(model.provider, known);
            error(field + ".provider",
                  "There is no provider `" + model.provider + "`."
                      + (near.empty() ? " Add it to `providers`."
                                      : " Did you mean `" + std::string(near) + "`?"));
        }

        void checkModels(std::set<std::string>& used)
        {
            checkModel(m_config.model, "model", used);
            const auto& models = m_config.policies.fallback.models;
            for (std::size_t i = 0; i < models.size(); ++i)
                checkModel(models[i], indexed("policies.fallback.models", i), used);
            const auto& routes = m_config.policies.routes;
            for (std::size_t i = 0; i < routes.size(); ++i)
                checkModel(routes[i].model, indexed("policies.routes", i) + ".model", used);
        }

        void checkFallbacks()
        {
            const auto& models = m_config.policies.fallback.models;
            for (std::size_t i = 0; i < models.size(); ++i) {
                const std::string field = indexed("policies.fallback.models", i);
                if (isSameModel(models[i], m_config.model))
                    warn(field, "This is the agent's own model: it is never reached.");
                const auto earlier = models.begin() + static_cast<std::ptrdiff_t>(i);
                if (std::any_of(models.begin(), earlier, [&](const ModelConfig& other) {
                        return isSameModel(other, models[i]);
                    }))
                    warn(field, "This model is in the list already: it is never reached.");
            }
            for (const auto& [tool, other] : m_config.policies.fallback.tools) {
                if (tool == other)
                    error("policies.fallback.tools." + tool, "A tool cannot stand in for itself.");
            }
        }

        void checkTool(const std::string& name,
                       const std::string& field,
                       const std::set<std::string>& known)
        {
            if (known.contains(name))
                return;
            const std::string_view near
                = tracestore::nearestWord(name, {known.begin(), known.end()});
            error(field,
                  "There is no tool `" + name + "`."
                      + (near.empty() ? "" : " Did you mean `" + std::string(near) + "`?"));
        }

        /// Whether it may change something, as far as the configuration tells.
        bool mayChange(const std::string& name)
        {
            const auto tool = std::ranges::find(m_config.tools, name, &ToolConfig::name);
            if (tool != m_config.tools.end()) {
                if (tool->effectClass)
                    return *tool->effectClass == "writes" || *tool->effectClass == "outside";
                const std::string& builtin = tool->builtin.empty() ? tool->name : tool->builtin;
                return tool->kind == ToolConfig::Kind::Composite || builtin == "http_get"
                    || (builtin == "shell" && isSet(tool->options, "writable"));
            }
            for (const McpConfig& server : m_root.servers) {
                const auto word = server.effectClasses.find(name);
                if (word != server.effectClasses.end())
                    return word->second == "writes" || word->second == "outside";
            }
            return true;
        }

        bool hasUndo(const std::string& name)
        {
            const auto tool = std::ranges::find(m_config.tools, name, &ToolConfig::name);
            return tool != m_config.tools.end() && !tool->undo.tool.empty();
        }

        /// The tools that the steps of a composite name are only checked where all tools are known.
        void checkSteps(const ToolConfig& tool,
                        const std::string& field,
                        const std::set<std::string>* known)
        {
            const json steps = tool.options.value("steps", json::array());
            const bool isAllOrNothing = isSet(tool.options, "allOrNothing");
            const bool isParallel = isSet(tool.options, "parallel");
            for (std::size_t i = 0; steps.is_array() && i < steps.size(); ++i) {
                const std::string place = field + indexed(".options.steps", i);
                const std::string name = textIn(steps[i], "tool");
                if (name.empty())
                    continue; // told when the tool is made
                const json undo = steps[i].value("undo", json());
                const std::string undoName
                    = undo.is_string() ? undo.get<std::string>() : textIn(undo, "tool");
                if (known != nullptr)
                    checkTool(name, place + ".tool", *known);
                if (known != nullptr && !undoName.empty())
                    checkTool(undoName, place + ".undo", *known);
                const bool isLast = i + 1 == steps.size() && !isParallel; // no other can fail then
                if (isAllOrNothing && !isLast && undoName.empty() && !hasUndo(name)
                    && mayChange(name))
                    warn(place,
                         "Nothing is declared that takes back what `" + name
                             + "` did, should another step fail. Give the step or the tool an "
                               "`undo`, or, if it changes nothing, the `effectClass` reads.");
            }
        }

        void checkComposites(const std::set<std::string>* known)
        {
            for (std::size_t i = 0; i < m_config.tools.size(); ++i) {
                if (m_config.tools[i].kind == ToolConfig::Kind::Composite)
                    checkSteps(m_config.tools[i], indexed("tools", i), known);
            }
        }

        void checkTools(const std::optional<std::set<std::string>>& tools)
        {
            if (!tools && !m_root.servers.empty())
                return checkComposites(nullptr); // a server may have the tools that are named
            std::set<std::string> known = tools.value_or(std::set<std::string>());
            for (const ToolConfig& tool : m_config.tools)
                known.insert(tool.name);
            for (std::size_t i = 0; i < m_config.tools.size(); ++i) {
                const std::string& undo = m_config.tools[i].undo.tool;
                if (!undo.empty())
                    checkTool(undo, indexed("tools", i) + ".undo", known);
            }
            checkComposites(&known);
            for (const auto& [tool, other] : m_config.policies.fallback.tools) {
                checkTool(tool, "policies.fallback.tools." + tool, known);
                checkTool(other, "policies.fallback.tools." + tool, known);
            }
            const auto& cached = m_config.policies.cache.tools;
            for (std::size_t i = 0; i < cached.size(); ++i)
                checkTool(cached[i], indexed("policies.cache.tools", i), known);
        }

        void checkPrompt(const std::string& text, const std::string& field)
        {
            const auto keys = tracestore::findKeys(text);
            if (!keys.empty())
                error(field,
                      "There seems to be a secret in this text (" + std::string(keys[0].kind)
                          + "). Everything here is sent to the model. Take it out, and change the "
                            "key.");
        }

        void checkPrompts()
        {
            const PromptConfig& prompt = m_config.prompt;
            checkPrompt(prompt.behaviour, "prompt.behaviour");
            checkPrompt(prompt.toolGuidance, "prompt.toolGuidance");
            checkPrompt(prompt.errorRecovery, "prompt.errorRecovery");
            checkPrompt(prompt.outputFormat, "prompt.outputFormat");
            checkPrompt(prompt.contextRules, "prompt.contextRules");
            checkPrompt(m_config.role, "role");
            checkPrompt(m_config.description, "description");
            for (std::size_t i = 0; i < prompt.examples.size(); ++i) {
                checkPrompt(prompt.examples[i].user, indexed("prompt.examples", i) + ".user");
                checkPrompt(prompt.examples[i].assistant,
                            indexed("prompt.examples", i) + ".assistant");
            }
            for (std::size_t i = 0; i < m_config.tools.size(); ++i)
                checkPrompt(m_config.tools[i].description, indexed("tools", i) + ".description");
        }

        void checkPattern()
        {
            if (m_config.pattern == AgentPattern::Team && m_config.agents.empty())
                error("agents", "A team needs workers: name at least one in `agents`.");
            if (m_config.pattern == AgentPattern::React && !m_config.agents.empty())
                warn("agents", "Only a team or a planner gives work to others: these never run.");
        }

        void checkBudget()
        {
            const BudgetConfig& budget = m_config.budget;
            if (budget.steps && *budget.steps == 0)
                error("budget.steps", "With no step nothing can be asked. Give it 1 or more.");
            if (budget.tokens && *budget.tokens == 0)
                error("budget.tokens", "With no token nothing can be asked.");
            if (budget.cost && *budget.cost == 0)
                error("budget.cost", "With 0 USD the first answer ends the run.");
            if (budget.seconds && *budget.seconds == 0)
                error("budget.seconds", "With 0 seconds the first answer ends the run.");
            const CompressionConfig& compression = m_config.policies.compression;
            if (compression.isOn && budget.tokens && compression.fromTokens >= *budget.tokens)
                warn("policies.compression.fromTokens",
                     "The token budget ends the run before this size is reached.");
            const RetryConfig& retry = m_config.policies.retry;
            if (retry.isOn && budget.seconds
                && static_cast<double>(retry.longest.ns) / 1e9 > *budget.seconds)
                warn("policies.retry.longest", "One wait could be longer than the time budget.");
        }

        const AgentConfig& m_config;
        std::string m_path;
        const AgentConfig& m_root;
        std::vector<ConfigProblem>& m_problems;
    };

} // namespace

std::vector<ConfigProblem> checkAgentConfig(const AgentConfig& config,
                                            const std::optional<std::set<std::string>>& tools)
{
    struct Waiting
    {
        const AgentConfig* config;
        std::string path;
    };

    std::vector<ConfigProblem> problems;
    std::set<std::string> used;
    std::vector<Waiting> waiting {{&config, {}}};
    for (std::size_t at = 0; at < waiting.size(); ++at) {
        const Waiting next = waiting[at];
        AgentChecker(*next.config, next.path, config, problems).check(tools, used);
        for (std::size_t i = 0; i < next.config->agents.size(); ++i)
            waiting.push_back({&next.config->agents[i], next.path + indexed("agents", i) + '.'});
    }
    for (std::size_t i = 0; i < config.providers.size(); ++i) {
        if (!used.contains(config.providers[i].name))
            problems.push_back(
                {0, 0, indexed("providers", i), "No model refers to this provider.", false});
    }
    return problems;
}

} // namespace engine
