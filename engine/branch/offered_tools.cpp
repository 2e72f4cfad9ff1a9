#include "engine/branch/offered_tools.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;

namespace {

    /// The first member of these names; null where there is none.
    const json* memberOf(const json& object, std::initializer_list<const char*> names)
    {
        for (const char* name : names) {
            const auto found = object.find(name);
            if (found != object.end() && !found->is_null())
                return &*found;
        }
        return nullptr;
    }

    std::string textOf(const json* value)
    {
        return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
    }

    /// The function inside what some APIs wrap around it.
    const json& functionOf(const json& tool)
    {
        const json* inner = memberOf(tool, {"function", "toolSpec"});
        return inner != nullptr && inner->is_object() ? *inner : tool;
    }

    std::string schemaTextOf(const json& function)
    {
        const json* schema = memberOf(function,
                                      {"input_schema",
                                       "inputSchema",
                                       "parameters",
                                       "parametersJsonSchema",
                                       "parameters_json_schema",
                                       "schema"});
        if (schema == nullptr)
            return {};
        const json* inner
            = schema->is_object() ? memberOf(*schema, {"json", "jsonSchema"}) : nullptr;
        if (inner != nullptr && inner->is_object())
            return tracestore::toJsonText(*inner);
        return schema->is_string() ? schema->get<std::string>() : tracestore::toJsonText(*schema);
    }

    class ToolReader
    {
    public:
        void read(const json& list)
        {
            for (const json& tool : list) {
                if (!tool.is_object()) {
                    ++m_unknown;
                    continue;
                }
                const json* several
                    = memberOf(tool, {"functionDeclarations", "function_declarations"});
                if (several == nullptr || !several->is_array()) {
                    add(tool);
                    continue;
                }
                for (const json& each : *several)
                    each.is_object() ? add(each) : void(++m_unknown);
            }
        }

        std::vector<ToolDefinition> take(std::vector<std::string>& missing)
        {
            if (!m_ofProvider.empty())
                missing.push_back(
                    "Tools that the provider has built in are not offered: " + m_ofProvider + '.');
            if (m_unknown > 0)
                missing.push_back(
                    std::to_string(m_unknown)
                    + " tools of the trace cannot be made out: they are not offered.");
            return std::move(m_tools);
        }

    private:
        void add(const json& tool)
        {
            const json& function = functionOf(tool);
            const std::string name = textOf(memberOf(function, {"name"}));
            const std::string type = textOf(memberOf(tool, {"type"}));
            const std::string schema = schemaTextOf(function);
            const bool isFunction = type.empty() || type == "function" || type == "custom";
            if (schema.empty() && !isFunction) {
                m_ofProvider += (m_ofProvider.empty() ? "" : ", ") + (name.empty() ? type : name);
            } else if (name.empty()) {
                ++m_unknown;
            } else {
                m_tools.push_back(
                    {name,
                     textOf(memberOf(function, {"description"})),
                     schema.empty() ? R"({"type":"object","properties":{}})" : schema});
            }
        }

        std::vector<ToolDefinition> m_tools;
        std::string m_ofProvider;
        std::size_t m_unknown = 0;
    };

} // namespace

std::vector<ToolDefinition> offeredTools(const std::string& text, std::vector<std::string>& missing)
{
    if (text.empty())
        return {};
    const auto list = tracestore::parseJson(text);
    ToolReader reader;
    if (list && list->is_array())
        reader.read(*list);
    else
        missing.emplace_back("The list of tools in the trace cannot be read: none are offered.");
    return reader.take(missing);
}

} // namespace engine
