#include "engine/config/agent_config_reader.h"

#include "engine/config/commented_json.h"
#include "engine/config/config_shape.h"
#include "tracestore/base/json_io.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    /// Far above any configuration; what is larger is some other file.
    constexpr std::uintmax_t kMaxConfigSize = std::uintmax_t {4} << 20U;
    constexpr tracestore::JsonLimits kConfigLimits {.depth = 64, .bytes = kMaxConfigSize};

    void
    checkProvider(const ProviderConfig& provider, const std::string& path, ConfigReadingLog& log)
    {
        if (!provider.keyVariable.empty() && !provider.keyName.empty())
            log.error(path + ".keyName", "Name the key once: either `keyVariable` or `keyName`.");
        const bool isScript = provider.kind == ProviderKind::Script;
        if (isScript && provider.script.empty())
            log.error(path, "A script needs `script`: the file with its rules.");
        if (!isScript && !provider.script.empty())
            log.error(path + ".script", "Only a provider of the kind `script` has a script.");
    }

    void checkTwice(const std::vector<std::string>& names,
                    const std::string& list,
                    ConfigReadingLog& log)
    {
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto end = names.begin() + static_cast<std::ptrdiff_t>(i);
            if (!names[i].empty() && std::find(names.begin(), end, names[i]) != end)
                log.error(list + '[' + std::to_string(i) + "].name",
                          "The name `" + names[i] + "` is there already.");
        }
    }

    template<class T>
    std::vector<std::string> namesOf(const std::vector<T>& list)
    {
        std::vector<std::string> names;
        for (const T& member : list)
            names.push_back(member.name);
        return names;
    }

    /// What the shapes cannot say: fields that need or exclude each other. As deep as the teams
    /// are nested, which the depth of the JSON bounds.
    void checkTogether(AgentConfig& config, const std::string& path, ConfigReadingLog& log)
    {
        for (std::size_t i = 0; i < config.providers.size(); ++i)
            checkProvider(config.providers[i], path + "providers[" + std::to_string(i) + ']', log);
        for (std::size_t i = 0; i < config.servers.size(); ++i) {
            const std::string place = path + "servers[" + std::to_string(i) + ']';
            if (config.servers[i].command.empty() == config.servers[i].url.empty())
                log.error(place, "A server is either a `command` or a `url`.");
            else if (config.servers[i].pool > 1 && !config.servers[i].url.empty())
                log.error(place + ".pool",
                          "A pool is of processes that are started from a `command`. A server with "
                          "a `url` takes calls at the same time by itself.");
        }
        for (ToolConfig& tool : config.tools) {
            if (tool.kind == ToolConfig::Kind::Builtin && tool.builtin.empty())
                tool.builtin = tool.name;
        }
        checkTwice(namesOf(config.providers), path + "providers", log);
        checkTwice(namesOf(config.tools), path + "tools", log);
        checkTwice(namesOf(config.servers), path + "servers", log);
        checkTwice(namesOf(config.agents), path + "agents", log);
        for (std::size_t i = 0; i < config.agents.size(); ++i) {
            const std::string worker = path + "agents[" + std::to_string(i) + "].";
            AgentConfig& agent = config.agents[i];
            if (!agent.providers.empty())
                log.error(worker + "providers",
                          "Workers share the providers of the team: name them at the top.");
            if (!agent.servers.empty())
                log.error(worker + "servers",
                          "Workers share the servers of the team: name them at the top.");
            checkTogether(agent, worker, log);
        }
    }

    void takeFolder(AgentConfig& config, const std::filesystem::path& folder)
    {
        config.folder = folder;
        for (ProviderConfig& provider : config.providers) {
            if (!provider.script.empty() && provider.script.is_relative())
                provider.script = folder / provider.script;
        }
        for (AgentConfig& worker : config.agents)
            takeFolder(worker, folder);
    }

    void readFields(json source, const std::filesystem::path& folder, ConfigReading& reading)
    {
        AgentConfig config;
        ConfigReadingLog log;
        json fields = source;
        if (fields.is_object())
            fields.erase("$schema");
        readObject(agentShape(), &config, fields, {}, log);
        checkTogether(config, {}, log);
        for (ConfigProblem& problem : log.take())
            reading.problems.push_back(std::move(problem));
        takeFolder(config, folder);
        config.source = std::move(source);
        if (!hasErrors(reading.problems))
            reading.config = std::move(config);
    }

} // namespace

ConfigReading readAgentConfigText(std::string_view text, const std::filesystem::path& folder)
{
    ConfigReading reading;
    CommentedJson source = readCommentedJson(text, kConfigLimits);
    if (!source.value) {
        reading.problems.push_back(std::move(source.problem));
        return reading;
    }
    std::vector<std::string> duplicates;
    reading.places = ConfigPlaces(source.blanked, &duplicates);
    for (std::string& field : duplicates)
        reading.problems.push_back({0, 0, std::move(field), "This field is there twice.", true});
    readFields(std::move(*source.value), folder, reading);
    reading.places.locate(reading.problems);
    std::stable_sort(reading.problems.begin(),
                     reading.problems.end(),
                     [](const ConfigProblem& a, const ConfigProblem& b) {
                         return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                     });
    return reading;
}

ConfigReading readAgentConfigFile(const std::filesystem::path& path)
{
    const auto unreadable = [](std::string why) {
        ConfigReading reading;
        reading.problems.push_back({0, 0, {}, std::move(why), true});
        return reading;
    };
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error)
        return unreadable("The file cannot be read: " + error.message() + '.');
    if (size > kMaxConfigSize)
        return unreadable("The file is larger than 4 MB; that is no agent.");
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    if (!file)
        return unreadable("The file cannot be read.");
    return readAgentConfigText(text.str(), std::filesystem::absolute(path, error).parent_path());
}

Result<AgentConfig> readAgentConfig(const std::filesystem::path& path)
{
    ConfigReading reading = readAgentConfigFile(path);
    if (reading.config)
        return std::move(*reading.config);
    std::string message;
    for (const ConfigProblem& problem : reading.problems) {
        if (problem.isError)
            message += (message.empty() ? "" : "\n") + toText(problem, path.string());
    }
    return tracestore::fail(ErrorCode::Invalid, std::move(message));
}

} // namespace engine
