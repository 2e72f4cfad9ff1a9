// The fields of a configuration. This list is the reader and the schema in one: see config_shape.h.
#include "engine/config/config_values.h"
#include "engine/config/route_rule.h"
#include "tracestore/base/key_patterns.h"
#include "tracestore/query/text_pattern.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace engine {

using nlohmann::json;
using tracestore::Duration;

template<>
struct ConfigWords<AgentPattern>
{
    static constexpr std::array<const char*, 3> kWords {"react", "planner", "team"};
};

template<>
struct ConfigWords<ToolProtocol>
{
    static constexpr std::array<const char*, 2> kWords {"native", "text"};
};

template<>
struct ConfigWords<ProviderKind>
{
    static constexpr std::array<const char*, 4> kWords {
        "openai-chat", "openai-responses", "anthropic", "script"};
};

template<>
struct ConfigWords<ToolConfig::Kind>
{
    static constexpr std::array<const char*, 2> kWords {"builtin", "composite"};
};

namespace {

    std::string variableProblem(const json& value)
    {
        if (!value.is_string())
            return {};
        const auto& name = value.get_ref<const std::string&>();
        if (tracestore::looksLikeKey(name))
            return "This looks like a key itself. Put the key into an environment variable and "
                   "write the name of the variable here.";
        if (tracestore::isVariableName(name))
            return {};
        return "Expected the name of an environment variable such as OPENAI_API_KEY.";
    }

    /// Names of agents stand in the names of their effects: `manager/researcher#2:3.1.1`.
    std::string agentNameProblem(const json& value)
    {
        if (!value.is_string()
            || value.get_ref<const std::string&>().find_first_of("/:#") == std::string::npos)
            return {};
        return "Expected a name without `/`, `:` and `#`.";
    }

    std::string variableMapProblem(const json& value)
    {
        if (!value.is_object())
            return {};
        for (const auto& [key, member] : value.items()) {
            if (std::string wrong = variableProblem(member); !wrong.empty())
                return '`' + key + "`: " + wrong;
        }
        return {};
    }

    std::string keyNameProblem(const json& value)
    {
        if (!value.is_string() || !tracestore::looksLikeKey(value.get_ref<const std::string&>()))
            return {};
        return "This looks like a key itself. Put the key into the key store and write the name "
               "of its entry here.";
    }

    std::string routeProblem(const json& value)
    {
        if (!value.is_string())
            return {};
        const auto rule = RouteRule::parse(value.get_ref<const std::string&>(), isRouteName);
        return rule ? std::string() : "The rule cannot be read. " + rule.error().message;
    }

    std::string patternsProblem(const json& value)
    {
        if (!value.is_array())
            return {};
        for (const json& member : value) {
            if (!member.is_string())
                continue;
            const auto pattern
                = tracestore::TextPattern::regex(member.get_ref<const std::string&>(), "s");
            if (!pattern)
                return '`' + member.get_ref<const std::string&>() + "` is no regular expression. "
                    + pattern.error().message;
        }
        return {};
    }

    const std::vector<std::string>& effectClassWords()
    {
        static const std::vector<std::string> words {"pure", "reads", "writes", "outside"};
        return words;
    }

    std::string effectClassesProblem(const json& value)
    {
        if (!value.is_object())
            return {};
        for (const auto& [key, member] : value.items()) {
            const auto& words = effectClassWords();
            if (member.is_string()
                && std::find(words.begin(), words.end(), member.get<std::string>()) == words.end())
                return '`' + key + "`: expected pure, reads, writes or outside.";
        }
        return {};
    }

} // namespace

std::optional<Duration> parseDuration(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, double>, 4> kUnits {
        {{"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
    constexpr double kLongest = 1e18; // thirty years: far from overflow
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || !(number >= 0))
        return {};
    const std::string_view unit = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
    for (const auto& [word, ns] : kUnits) {
        if (unit == word && number * ns <= kLongest)
            return Duration {static_cast<std::int64_t>(number * ns)};
    }
    return {};
}

template<>
const ObjectShape& shapeOf<ProviderConfig>()
{
    using P = ProviderConfig;
    static const ObjectShape shape {
        "provider",
        "Where models are asked",
        {field("name", &P::name, "the name by which models refer to it").required(),
         wordField("kind", &P::kind, "which wire it speaks").required(),
         field("baseUrl", &P::baseUrl, "its address where it is not the maker's own"),
         field("keyVariable", &P::keyVariable, "the environment variable that holds the key")
             .checked(variableProblem),
         field("keyName", &P::keyName, "the entry of the key store that holds the key")
             .checked(keyNameProblem),
         field("script", &P::script, "the file of a script, seen from the configuration's folder"),
         field("timeout", &P::timeout, "how long to wait without any byte")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<ModelConfig>()
{
    using M = ModelConfig;
    static const ObjectShape shape {
        "model",
        "A model and where it is asked",
        {field("provider", &M::provider, "the name of a provider").required(),
         field("model", &M::model, "the model as the provider calls it").required(),
         field("parameters", &M::parameters, "what is sent along: temperature, max_tokens ..."),
         field("streamed", &M::isStreamed, "whether the answer comes piece by piece")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<PromptConfig::Example>()
{
    using E = PromptConfig::Example;
    static const ObjectShape shape {
        "example",
        "An exchange that shows what is wanted",
        {field("user", &E::user, "what a user says").required(),
         field("assistant", &E::assistant, "how the agent answers").required()}};
    return shape;
}

template<>
const ObjectShape& shapeOf<PromptConfig>()
{
    using P = PromptConfig;
    static const ObjectShape shape {
        "prompt",
        "The sections of the system prompt, in the order in which they are sent",
        {field("behaviour", &P::behaviour, "who the agent is and how it behaves"),
         field("toolGuidance", &P::toolGuidance, "when to use which tool"),
         field("errorRecovery", &P::errorRecovery, "what to do when something fails"),
         field("contextRules", &P::contextRules, "what to make of earlier messages"),
         field("outputFormat", &P::outputFormat, "what an answer looks like"),
         field("examples", &P::examples, "exchanges put before the conversation")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<UndoConfig>()
{
    using U = UndoConfig;
    static const ObjectShape shape {
        "undo",
        "How what a tool did is taken back",
        {field("tool", &U::tool, "the tool that does it").required(),
         field("arguments", &U::arguments, "a form over `input` and `result` of what was done")}};
    return shape;
}

/// The name of a tool, or an object.
template<>
struct ConfigValue<UndoConfig>
{
    static json schema() { return {{"anyOf", {{{"type", "string"}}, {{"$ref", "#/$defs/undo"}}}}}; }

    static void
    read(const json& v, UndoConfig& into, const std::string& path, ConfigReadingLog& log)
    {
        if (v.is_string())
            into.tool = v.get<std::string>();
        else if (v.is_object())
            readObject(shapeOf<UndoConfig>(), &into, v, path, log);
        else
            tellType("the name of a tool or an object", v, path, log);
    }
};

template<>
const ObjectShape& shapeOf<ToolConfig>()
{
    using T = ToolConfig;
    static const ObjectShape shape {
        "tool",
        "A tool of the agent",
        {wordField("kind", &T::kind, "built in, or composed of others"),
         field("name", &T::name, "the name as the model sees it").required(),
         field("builtin", &T::builtin, "which built-in tool; without it the one of that name"),
         field(
             "description", &T::description, "what the model is told, in place of the tool's own"),
         field("options", &T::options, "what the tool needs to know"),
         field("effectClass", &T::effectClass, "how far it reaches").oneOf(effectClassWords()),
         field("timeout", &T::timeout, "how long a call may take"),
         field("lock", &T::lock, "calls with the same lock run one after another"),
         field("needsApproval", &T::needsApproval, "whether the user is asked before"),
         field("undo", &T::undo, "the tool that takes back what this one did"),
         field("preconditions", &T::preconditions, "expressions over the arguments"),
         field("postconditions", &T::postconditions, "expressions over arguments and result"),
         field("secrets", &T::secrets, "argument to environment variable, put in when it runs")
             .checked(variableMapProblem)}};
    return shape;
}

template<>
const ObjectShape& shapeOf<McpConfig>()
{
    using M = McpConfig;
    static const ObjectShape shape {
        "server",
        "An MCP server of tools: a command or an address",
        {field("name", &M::name, "its name").required(),
         field("command", &M::command, "the program that is started, and its arguments"),
         field("environment", &M::environment, "name to variable of ours that is passed on")
             .checked(variableMapProblem),
         field("pool", &M::pool, "how many processes of it work at the same time").between(1, 16),
         field("url", &M::url, "its address"),
         field("include", &M::include, "the tools to offer; without it all"),
         field("effectClasses", &M::effectClasses, "tool to pure, reads, writes or outside")
             .checked(effectClassesProblem),
         field("needsApproval", &M::needsApproval, "whether the user is asked before each tool")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<RetryConfig>()
{
    using R = RetryConfig;
    static const ObjectShape shape {
        "retry",
        "Trying again what failed for a while",
        {field("on", &R::isOn, "whether it is switched on"),
         field("attempts", &R::attempts, "tries in all").between(1, 100),
         field("strategy", &R::strategy, "how the delay grows").oneOf({"fixed", "exponential"}),
         field("delay", &R::delay, "before the second try"),
         field("longest", &R::longest, "more than this is never waited"),
         field("jitter", &R::jitter, "the share of the delay that chance takes off")
             .between(0, 1)}};
    return shape;
}

template<>
const ObjectShape& shapeOf<BreakerConfig>()
{
    using B = BreakerConfig;
    static const ObjectShape shape {
        "breaker",
        "Leaving alone what keeps failing",
        {field("on", &B::isOn, "whether it is switched on"),
         field("failures", &B::failures, "failures in a row that open it").between(1),
         field("openFor", &B::openFor, "how long nothing is let through")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<FallbackConfig>()
{
    using F = FallbackConfig;
    static const ObjectShape shape {"fallback",
                                    "What stands in when something fails",
                                    {field("models", &F::models, "models that are tried in order"),
                                     field("tools", &F::tools, "tool to the tool that stands in")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<CacheConfig>()
{
    using C = CacheConfig;
    static const ObjectShape shape {
        "cache",
        "Answers that are kept and used again for equal requests",
        {field("models", &C::models, "whether answers of models are kept"),
         field("tools", &C::tools, "the tools whose results are kept"),
         field("age", &C::age, "older ones are not used")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<RateLimitConfig>()
{
    using R = RateLimitConfig;
    static const ObjectShape shape {"rateLimit",
                                    "How fast models are asked",
                                    {field("requestsPerMinute",
                                           &R::requestsPerMinute,
                                           "requests to a provider, of all runs together")
                                         .between(1),
                                     field("concurrentCalls",
                                           &R::concurrentCalls,
                                           "requests under way at once, of all runs together")
                                         .between(1)}};
    return shape;
}

template<>
const ObjectShape& shapeOf<BudgetConfig>()
{
    using B = BudgetConfig;
    static const ObjectShape shape {
        "budget",
        "What an answer to one input may use; what is not set has no limit",
        {field("cost", &B::cost, "USD").between(0),
         field("tokens", &B::tokens, "tokens read and written"),
         field("seconds", &B::seconds, "seconds").between(0),
         field("steps", &B::steps, "calls of models and tools")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<LoopGuardConfig>()
{
    using L = LoopGuardConfig;
    static const ObjectShape shape {
        "loopGuard",
        "Ending a run that turns in circles",
        {field("on", &L::isOn, "whether it is switched on"),
         field("iterations", &L::iterations, "turns for one input").between(1),
         field("repeats", &L::repeats, "times that a call may come back").between(2, 100),
         field("similarity", &L::similarity, "from which two calls say the same").between(0, 1),
         field("oscillation", &L::findsOscillation, "whether going to and fro counts")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<CompressionConfig>()
{
    using C = CompressionConfig;
    static const ObjectShape shape {
        "compression",
        "Putting a summary in the place of old messages",
        {field("on", &C::isOn, "whether it is switched on"),
         field("fromTokens", &C::fromTokens, "estimated size from which it is done").between(100),
         field("keepLast", &C::keepLast, "messages at the end that stay").between(1)}};
    return shape;
}

template<>
const ObjectShape& shapeOf<EarlyStopConfig>()
{
    using E = EarlyStopConfig;
    static const ObjectShape shape {
        "earlyStop",
        "Ending before the model does",
        {field("answerPatterns", &E::answerPatterns, "what matches one is the answer")
             .checked(patternsProblem),
         field("onLowConfidence",
               &E::onLowConfidence,
               "whether doubt ends the run; in English, German, Spanish, French and Chinese")}};
    return shape;
}

template<>
const ObjectShape& shapeOf<RouteConfig>()
{
    using R = RouteConfig;
    static const ObjectShape shape {
        "route",
        "Another model where a rule says so",
        {field("when",
               &R::when,
               "rule over input.length, complexity (of English texts), turn and tools")
             .required()
             .checked(routeProblem),
         field("model", &R::model, "the model that is asked then").required()}};
    return shape;
}

template<>
const ObjectShape& shapeOf<PolicyConfig>()
{
    using P = PolicyConfig;
    static const ObjectShape shape {
        "policies",
        "What is done about failures, cost and loops",
        {field("retry", &P::retry, "trying again"),
         field("breaker", &P::breaker, "leaving alone what keeps failing"),
         field("fallback", &P::fallback, "what stands in"),
         field("cache", &P::cache, "answers used again"),
         field("rateLimit", &P::rateLimit, "how fast models are asked"),
         field("loopGuard", &P::loopGuard, "ending what turns in circles"),
         field("compression", &P::compression, "summaries of old messages"),
         field("earlyStop", &P::earlyStop, "ending before the model does"),
         field("routes", &P::routes, "other models by rule, the first that fits"),
         field("degradedMessage", &P::degradedMessage, "said where only a part was done"),
         field("offeredTools", &P::offeredTools, "how many tools a model is offered").between(1)}};
    return shape;
}

template<>
const ObjectShape& shapeOf<AgentConfig>()
{
    using A = AgentConfig;
    static ObjectShape shape {
        "agent",
        "An agent, or a worker of a team",
        {field("name", &A::name, "the name of the agent").required().checked(agentNameProblem),
         field("version", &A::version, "of this configuration"),
         field("description", &A::description, "what it is good for; a manager reads it"),
         field("role", &A::role, "its part in a team"),
         wordField("pattern", &A::pattern, "how it works"),
         wordField("protocol", &A::protocol, "how the model asks for tools"),
         field("providers", &A::providers, "where models are asked"),
         field("model", &A::model, "the model it asks").required(),
         field("prompt", &A::prompt, "the sections of its system prompt"),
         field("tools", &A::tools, "its tools"),
         field("servers", &A::servers, "MCP servers"),
         FieldShape {},
         field("policies", &A::policies, "what is done about failures, cost and loops"),
         field("budget", &A::budget, "what an answer may use")}};
    // An agent holds agents: the reference needs the shape's name only, so no recursion here.
    static const bool isComplete = [] {
        FieldShape& workers = shape.fields[11];
        workers.name = "agents";
        workers.description = "the workers of a team; they share its providers and servers";
        workers.schema = {{"type", "array"}, {"items", {{"$ref", "#/$defs/agent"}}}};
        workers.read
            = [](void* object, const json& value, const std::string& path, ConfigReadingLog& log) {
                  ConfigValue<std::vector<AgentConfig>>::read(
                      value, static_cast<AgentConfig*>(object)->agents, path, log);
              };
        return true;
    }();
    static_cast<void>(isComplete);
    return shape;
}

const ObjectShape& agentShape()
{
    return shapeOf<AgentConfig>();
}

const std::vector<const ObjectShape*>& configShapes()
{
    static const std::vector<const ObjectShape*> shapes {&shapeOf<AgentConfig>(),
                                                         &shapeOf<ProviderConfig>(),
                                                         &shapeOf<ModelConfig>(),
                                                         &shapeOf<PromptConfig>(),
                                                         &shapeOf<PromptConfig::Example>(),
                                                         &shapeOf<ToolConfig>(),
                                                         &shapeOf<UndoConfig>(),
                                                         &shapeOf<McpConfig>(),
                                                         &shapeOf<PolicyConfig>(),
                                                         &shapeOf<RetryConfig>(),
                                                         &shapeOf<BreakerConfig>(),
                                                         &shapeOf<FallbackConfig>(),
                                                         &shapeOf<CacheConfig>(),
                                                         &shapeOf<RateLimitConfig>(),
                                                         &shapeOf<LoopGuardConfig>(),
                                                         &shapeOf<CompressionConfig>(),
                                                         &shapeOf<EarlyStopConfig>(),
                                                         &shapeOf<RouteConfig>(),
                                                         &shapeOf<BudgetConfig>()};
    return shapes;
}

} // namespace engine
