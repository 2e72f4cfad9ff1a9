#include "engine/runtime/config_difference.h"

#include "engine/run/secret_mask.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;

namespace {

    constexpr std::size_t kMostShown = 5;

} // namespace

std::optional<std::string> configDifference(const std::string& recorded, const AgentConfig& given)
{
    const auto before = tracestore::parseJson(recorded);
    const auto now
        = tracestore::parseJson(SecretMask().masked(tracestore::toJsonText(given.source)));
    if (!before || !now)
        return {};
    std::string text;
    std::size_t count = 0;
    for (const json& change : json::diff(*before, *now)) {
        if (++count > kMostShown)
            break;
        text += (text.empty() ? "" : ", ") + change.value("path", std::string());
    }
    return count > kMostShown ? text + " and more" : text;
}

} // namespace engine
