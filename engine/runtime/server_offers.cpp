#include "engine/runtime/server_offers.h"

#include "engine/effect/decision.h"
#include "engine/replay/replay_facts.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;

namespace {

    std::string textMember(const json& object, const char* name)
    {
        const auto found = object.find(name);
        return found != object.end() && found->is_string() ? found->get<std::string>()
                                                           : std::string();
    }

    std::vector<McpToolInfo> toolsIn(const json& details)
    {
        std::vector<McpToolInfo> tools;
        const auto list = details.find("tools");
        if (list == details.end() || !list->is_array())
            return tools;
        for (const json& tool : *list) {
            if (!tool.is_object())
                continue;
            tools.push_back({textMember(tool, "name"),
                             textMember(tool, "description"),
                             textMember(tool, "input_schema")});
        }
        return tools;
    }

} // namespace

tracestore::DecisionMade offerFact(const std::string& server, const std::vector<McpToolInfo>& tools)
{
    json list = json::array();
    for (const McpToolInfo& tool : tools) // schemas as they were written: prompts may hold them
        list.push_back({{"name", tool.name},
                        {"description", tool.description},
                        {"input_schema", tool.inputSchema}});
    return policyDecision(
        kToolServerPolicy,
        "offer",
        "The server " + server + " offers "
            + (tools.size() == 1 ? "1 tool." : std::to_string(tools.size()) + " tools."),
        {{"server", server}, {"tools", std::move(list)}});
}

RecordedTools recordedOffers(const std::vector<RunEventPtr>& events)
{
    RecordedTools offers;
    for (const RunEventPtr& event : events) {
        const auto* decision = std::get_if<tracestore::DecisionMade>(&event->fact);
        if (decision == nullptr || decision->policy != kToolServerPolicy)
            continue;
        const auto details = tracestore::parseJson(decision->details);
        if (details && details->is_object()) // later ones are changes
            offers.emplace(textMember(*details, "server"), toolsIn(*details));
    }
    return offers;
}

} // namespace engine
