#include "engine/experiment/experiment_plan.h"

#include "engine/config/agent_config_reader.h"
#include "tracestore/base/json_io.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::uint32_t kMostShards = 100'000;

    /// FNV-1a: the same on every machine.
    std::uint64_t stableHash(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325U)
    {
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        return hash;
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): one step.
    std::uint64_t mixed(std::uint64_t value)
    {
        value += 0x9e3779b97f4a7c15U;
        value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
        value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
        return value ^ (value >> 31U);
    }

    std::uint64_t drawn(std::uint64_t seed, const std::string& task, std::uint64_t repeat)
    {
        return mixed(mixed(seed ^ stableHash(task)) + repeat);
    }

    /// Tasks of a repeat by what is drawn for each: taking others away changes nothing for the
    /// rest.
    std::vector<std::size_t> taskOrder(const Experiment& experiment, std::uint32_t repeat)
    {
        std::vector<std::uint64_t> draws;
        for (const ExperimentTask& task : experiment.tasks)
            draws.push_back(drawn(~experiment.seed, task.id, repeat));
        std::vector<std::size_t> order(draws.size());
        std::iota(order.begin(), order.end(), std::size_t {0});
        std::ranges::stable_sort(order, {}, [&](std::size_t task) { return draws[task]; });
        return order;
    }

    using Json = nlohmann::json;

    /// Providers that know the parameter; others would refuse the call.
    bool takesSeed(const AgentConfig& config, const Json& model)
    {
        const std::string name = model.value("provider", std::string());
        const auto provider = std::ranges::find(config.providers, name, &ProviderConfig::name);
        return provider != config.providers.end()
            && (provider->kind == ProviderKind::OpenAiChat
                || provider->kind == ProviderKind::Script);
    }

    void sendSeed(const AgentConfig& config, Json& model, std::uint64_t seed)
    {
        if (model.is_object() && takesSeed(config, model))
            model["parameters"]["seed"] = seed;
    }

    /// An agent and those below it; a list, since they may be as deep as a stranger likes.
    void sendSeeds(const AgentConfig& config, Json& source, std::uint64_t seed)
    {
        std::vector<Json*> open {&source};
        while (!open.empty()) {
            Json& agent = *open.back();
            open.pop_back();
            if (agent.contains("model"))
                sendSeed(config, agent["model"], seed);
            for (const char* list : {"/policies/fallback/models", "/policies/routes", "/agents"}) {
                const Json::json_pointer place(list);
                if (!agent.contains(place))
                    continue;
                for (Json& each : agent[place]) {
                    if (std::string_view(list) == "/agents")
                        open.push_back(&each);
                    else
                        sendSeed(config,
                                 each.contains("model") && each["model"].is_object() ? each["model"]
                                                                                     : each,
                                 seed);
                }
            }
        }
    }

} // namespace

bool Shard::has(const std::string& task) const
{
    return count <= 1 || mixed(stableHash(task)) % count == index - 1;
}

std::string Shard::toText() const
{
    return std::to_string(index) + '/' + std::to_string(count);
}

Result<Shard> shardOf(const std::string& text)
{
    Shard shard;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, shard.index);
    const bool hasTwo = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
    const auto second
        = hasTwo ? std::from_chars(first.ptr + 1, end, shard.count) : std::from_chars_result {};
    const bool isWhole = hasTwo && second.ec == std::errc() && second.ptr == end;
    if (!isWhole || shard.index < 1 || shard.count > kMostShards || shard.index > shard.count)
        return fail(ErrorCode::Invalid,
                    "`" + text + "` is no piece: the second of five is written 2/5.");
    return shard;
}

std::vector<PlannedRun> planRuns(const Experiment& experiment, const Shard& shard)
{
    std::vector<PlannedRun> plan;
    const std::size_t variants = experiment.variants.size();
    for (std::uint32_t repeat = 1; repeat <= experiment.repeats; ++repeat) {
        std::size_t turn = repeat; // which variant is first
        for (const std::size_t task : taskOrder(experiment, repeat)) {
            const std::string& id = experiment.tasks[task].id;
            if (!shard.has(id))
                continue;
            ++turn;
            for (std::size_t i = 0; i < variants; ++i) {
                const std::size_t variant = (i + turn) % variants;
                plan.push_back(
                    {.task = task,
                     .variant = variant,
                     .key
                     = {.task = id, .variant = experiment.variants[variant].name, .repeat = repeat},
                     .seed = drawn(experiment.seed, id, repeat)});
            }
        }
    }
    return plan;
}

std::string filePartOf(const std::string& name)
{
    constexpr std::size_t kLongest = 60;
    std::string part = name.substr(0, kLongest);
    bool isSame = part.size() == name.size() && !part.empty() && part.front() != '.';
    for (char& c : part) {
        const bool isPlain
            = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        isSame = isSame && isPlain; // capitals too: some disks do not tell them apart
        const bool isGood = isPlain || (c >= 'A' && c <= 'Z');
        c = isGood ? c : '_';
    }
    if (isSame)
        return part;
    std::array<char, 20> digits {};
    const auto end
        = std::to_chars(digits.data(), digits.data() + digits.size(), stableHash(name) >> 16U, 16);
    return part + '.' + std::string(digits.data(), end.ptr);
}

std::string recordingOf(const RunKey& key)
{
    return std::string(kRunsName) + '/' + filePartOf(key.task) + '/' + filePartOf(key.variant) + '.'
        + std::to_string(key.repeat) + ".kymo";
}

AgentConfig configOf(const Experiment& experiment, const PlannedRun& run)
{
    const AgentConfig& config = experiment.variants[run.variant].config;
    if (!experiment.isSeedSent)
        return config;
    // Providers take a whole number of 32 bits.
    constexpr std::uint64_t kMostSeed = 0x7fffffff;
    Json source = config.source;
    sendSeeds(config, source, run.seed & kMostSeed);
    ConfigReading reading = readAgentConfigText(tracestore::toJsonText(source), config.folder);
    return reading.config ? std::move(*reading.config) : config;
}

} // namespace engine
