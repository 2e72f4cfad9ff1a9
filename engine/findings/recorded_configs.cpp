#include "engine/findings/recorded_configs.h"

#include "engine/config/agent_config_reader.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace engine {

using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::Trace;

namespace {

    /// As `tracestore/recording` gives it: the text of a JSON object.
    std::string configurationOf(const Trace& trace, SpanId run)
    {
        const auto detail = trace.payloads().detail(run);
        if (!detail)
            return {};
        const auto found
            = std::ranges::find(detail->attributes, "configuration", &tracestore::Attribute::key);
        return found == detail->attributes.end() ? std::string() : found->json;
    }

    /// The worker of a field such as `agents[1].agents[0].tools`; null where it is about the whole.
    const AgentConfig* workerOf(const AgentConfig& config, std::string_view field)
    {
        constexpr std::string_view kWorkers = "agents[";
        const AgentConfig* worker = nullptr;
        while (field.starts_with(kWorkers)) {
            const AgentConfig& above = worker == nullptr ? config : *worker;
            std::size_t number = 0;
            field.remove_prefix(kWorkers.size());
            std::from_chars(field.data(), field.data() + field.size(), number);
            const std::size_t end = field.find("].");
            if (number >= above.agents.size() || end == std::string_view::npos)
                break;
            worker = &above.agents[number];
            field.remove_prefix(end + 2);
        }
        return worker;
    }

} // namespace

std::vector<RecordedConfig> recordedConfigs(const Trace& trace)
{
    std::vector<RecordedConfig> configs;
    std::map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < trace.sessions().size(); ++i) {
        const tracestore::SessionId session(i);
        const auto roots = trace.roots(session);
        const auto run = std::ranges::find(
            roots, SpanKind::Agent, [&](SpanId span) { return trace.kind(span); });
        if (trace.session(session).producerName != "kymo" || run == roots.end())
            continue;
        const std::string text = configurationOf(trace, *run);
        const auto [place, isNew] = known.try_emplace(text, configs.size());
        if (isNew) {
            ConfigReading reading = readAgentConfigText(text, {});
            if (!reading.config) {
                known.erase(place);
                continue;
            }
            configs.push_back({std::move(*reading.config), {}});
        }
        configs[place->second].runs.push_back(*run);
    }
    return configs;
}

SpanId
agentStepOf(const Trace& trace, SpanId run, const AgentConfig& config, std::string_view field)
{
    const AgentConfig* worker = workerOf(config, field);
    if (worker == nullptr)
        return run;
    const std::size_t first = trace.preOrderIndex(run);
    for (std::size_t i = first; i <= first + trace.descendantCount(run); ++i) {
        const SpanId span = trace.preOrder()[i];
        if (trace.kind(span) == SpanKind::Agent && trace.name(span) == worker->name)
            return span;
    }
    return run;
}

} // namespace engine
