#pragma once

#include "tracestore/base/result.h"
#include "tracestore/base/timestamp.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine {

enum class AgentPattern : std::uint8_t
{
    React,
    Planner,
    Team
};

/// How a model is told of tools and asks for them.
enum class ToolProtocol : std::uint8_t
{
    Native, ///< the provider's own tool calling
    Text ///< Thought, Action, Action Input in plain text, for models that have none
};

/// Which wire a provider speaks.
enum class ProviderKind : std::uint8_t
{
    OpenAiChat,
    OpenAiResponses,
    Anthropic,
    Script
};

/// Where models are asked.
struct ProviderConfig
{
    std::string name; ///< by which models refer to it
    ProviderKind kind = ProviderKind::OpenAiChat;
    std::string baseUrl; ///< empty: that of the maker
    std::string keyVariable; ///< environment variable that holds the key, or empty
    std::string keyName; ///< entry of the key store, or empty
    std::filesystem::path script; ///< of a Script, resolved against the configuration's folder
    tracestore::Duration timeout {120'000'000'000}; ///< without any byte from the provider
};

struct ModelConfig
{
    std::string provider;
    std::string model;
    nlohmann::json parameters = nlohmann::json::object();
    bool isStreamed = true;
};

struct PromptConfig
{
    std::string behaviour;
    std::string toolGuidance;
    std::string errorRecovery;
    std::string outputFormat;
    std::string contextRules;

    struct Example
    {
        std::string user;
        std::string assistant;
    };

    std::vector<Example> examples;
};

/// How what a tool did is taken back.
struct UndoConfig
{
    std::string tool; ///< the tool that does it; empty: it cannot be taken back
    /// Its arguments: a form over what was done. Nothing: those of the call that is taken back.
    std::optional<nlohmann::json> arguments;
};

/// A tool of the agent. `kind` decides which of the options make sense; engine/tool reads them.
struct ToolConfig
{
    enum class Kind : std::uint8_t
    {
        Builtin,
        Composite
    };

    Kind kind = Kind::Builtin;
    std::string name; ///< as the model sees it
    std::string builtin; ///< which: calculator, read_file ...
    std::string description; ///< empty: the tool's own
    nlohmann::json options = nlohmann::json::object();
    std::optional<std::string> effectClass; ///< word, where it is not the tool's own
    std::optional<tracestore::Duration> timeout;
    std::string lock;
    bool needsApproval = false;
    UndoConfig undo; ///< its form is over `{"input": arguments, "result": result}`
    std::vector<std::string> preconditions; ///< expressions over the arguments
    std::vector<std::string> postconditions; ///< expressions over arguments and result
    std::map<std::string, std::string> secrets; ///< argument -> environment variable
};

/// A server of tools. Either a command or an address.
struct McpConfig
{
    std::string name;
    std::vector<std::string> command;
    std::map<std::string, std::string> environment; ///< name -> variable of ours to pass on
    std::uint32_t pool = 1; ///< processes of the command that work at the same time
    std::string url;
    std::vector<std::string> include; ///< tools to offer; empty: all
    std::map<std::string, std::string> effectClasses; ///< tool -> word, where known better
    bool needsApproval = false;
};

struct RetryConfig
{
    bool isOn = true;
    std::uint32_t attempts = 3; ///< in all
    std::string strategy = "exponential"; ///< or `fixed`
    tracestore::Duration delay {500'000'000};
    tracestore::Duration longest {30'000'000'000};
    double jitter = 0.2; ///< share of the delay that chance takes off
};

struct BreakerConfig
{
    bool isOn = true;
    std::uint32_t failures = 5; ///< in a row
    tracestore::Duration openFor {30'000'000'000};
};

struct FallbackConfig
{
    std::vector<ModelConfig> models; ///< tried in order
    std::map<std::string, std::string> tools; ///< tool -> the tool that stands in
};

struct CacheConfig
{
    bool models = false;
    std::vector<std::string> tools; ///< whose results are kept
    tracestore::Duration age {3600'000'000'000};
};

struct RateLimitConfig
{
    std::optional<std::uint32_t> requestsPerMinute;
    std::optional<std::uint32_t> concurrentCalls;
};

/// What a run may cost; nothing set is no limit.
struct BudgetConfig
{
    std::optional<double> cost; ///< USD
    std::optional<std::int64_t> tokens;
    std::optional<double> seconds;
    std::optional<std::uint32_t> steps; ///< calls of models and tools
};

struct LoopGuardConfig
{
    bool isOn = true;
    std::uint32_t iterations = 25;
    std::uint32_t repeats = 3; ///< of a call with equal arguments and result
    double similarity = 0.9; ///< from which two calls count as near duplicates
    bool findsOscillation = true;
};

struct CompressionConfig
{
    bool isOn = false;
    std::int64_t fromTokens = 100'000; ///< estimated size from which history is compressed
    std::uint32_t keepLast = 8; ///< messages
};

struct EarlyStopConfig
{
    std::vector<std::string> answerPatterns; ///< an answer that matches ends the run
    bool onLowConfidence = false;
};

/// A cheaper or better model where a rule says so; the first that fits.
struct RouteConfig
{
    std::string when; ///< expression over `input.length`, `complexity`, `turn`, `tools`
    ModelConfig model;
};

struct PolicyConfig
{
    RetryConfig retry;
    BreakerConfig breaker;
    FallbackConfig fallback;
    CacheConfig cache;
    RateLimitConfig rateLimit;
    LoopGuardConfig loopGuard;
    CompressionConfig compression;
    EarlyStopConfig earlyStop;
    std::vector<RouteConfig> routes;
    std::string degradedMessage; ///< told to the user where only a partial result is there
    std::optional<std::uint32_t> offeredTools; ///< at most so many, chosen for the query
};

/// An agent as its `*.agent.json` says it.
struct AgentConfig
{
    std::string name;
    std::string version;
    std::string description;
    std::string role;
    AgentPattern pattern = AgentPattern::React;
    ToolProtocol protocol = ToolProtocol::Native;
    std::vector<ProviderConfig> providers;
    ModelConfig model;
    PromptConfig prompt;
    std::vector<ToolConfig> tools;
    std::vector<McpConfig> servers;
    std::vector<AgentConfig> agents; ///< the workers of a team; they share providers and servers
    PolicyConfig policies;
    BudgetConfig budget;
    std::filesystem::path folder; ///< of the file: relative paths are read from here
    nlohmann::json source; ///< the file as it was read, without comments
};

} // namespace engine
