#include "engine/tool/schema/schema_patterns.h"

#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace engine {

using nlohmann::json;
using tracestore::TextPattern;

SchemaPatterns patternsIn(const json& schema)
{
    SchemaPatterns patterns;
    const auto add = [&](const std::string& source) {
        auto pattern = TextPattern::regex(source, "");
        patterns.emplace(source, pattern ? std::optional(std::move(*pattern)) : std::nullopt);
    };
    // A list of its own: schemas of strangers are as deep as a parser lets them be.
    std::vector<const json*> open {&schema};
    while (!open.empty()) {
        const json& at = *open.back();
        open.pop_back();
        if (at.is_object()) {
            if (const auto own = at.find("pattern"); own != at.end() && own->is_string())
                add(own->get<std::string>());
            const auto named = at.find("patternProperties");
            if (named != at.end() && named->is_object()) {
                for (const auto& [name, of] : named->items())
                    add(name);
            }
        }
        for (const json& child : at) {
            if (child.is_structured())
                open.push_back(&child);
        }
    }
    return patterns;
}

} // namespace engine
