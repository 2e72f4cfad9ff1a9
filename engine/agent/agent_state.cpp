#include "engine/agent/agent_state.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;

namespace {

    json parsed(const std::string& text)
    {
        auto value = tracestore::parseJson(text);
        return value ? std::move(*value) : json(text);
    }

} // namespace

json AgentState::toJson() const
{
    json state = json::object();
    for (const auto& [name, text] : members)
        state[name] = parsed(text);
    for (const auto& [name, messages] : conversations) {
        json& list = state[name] = json::array();
        for (const tracestore::Message* message : messages.pointers())
            list.push_back(parsed(tracestore::toJson(*message)));
    }
    for (const auto& [name, items] : lists) {
        json& list = state[name] = json::array();
        for (const Item& item : items)
            list.push_back(parsed(*item));
    }
    return state;
}

} // namespace engine
