#include "tracestore/model/tool_list.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace tracestore {

using nlohmann::json;

namespace {

    /// The first member of these names; null where there is none.
    const json* toolMember(const json& object, std::initializer_list<const char*> names)
    {
        for (const char* name : names) {
            const auto found = object.find(name);
            if (found != object.end() && !found->is_null())
                return &*found;
        }
        return nullptr;
    }

    std::string toolText(const json* value)
    {
        return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
    }

    /// The function inside what some APIs wrap around it.
    const json& functionOf(const json& tool)
    {
        const json* inner = toolMember(tool, {"function", "toolSpec"});
        return inner != nullptr && inner->is_object() ? *inner : tool;
    }

    std::string schemaTextOf(const json& function)
    {
        const json* schema = toolMember(function,
                                        {"input_schema",
                                         "inputSchema",
                                         "parameters",
                                         "parametersJsonSchema",
                                         "parameters_json_schema",
                                         "schema"});
        if (schema == nullptr)
            return {};
        const json* inner
            = schema->is_object() ? toolMember(*schema, {"json", "jsonSchema"}) : nullptr;
        if (inner != nullptr && inner->is_object())
            return toJsonText(*inner);
        return schema->is_string() ? schema->get<std::string>() : toJsonText(*schema);
    }

    void addTool(const json& tool, ToolList& to)
    {
        const json& function = functionOf(tool);
        std::string name = toolText(toolMember(function, {"name"}));
        const std::string type = toolText(toolMember(tool, {"type"}));
        std::string schema = schemaTextOf(function);
        const bool isFunction = type.empty() || type == "function" || type == "custom";
        if (schema.empty() && !isFunction)
            to.ofProvider.push_back(name.empty() ? type : name);
        else if (name.empty())
            ++to.unknown;
        else
            to.tools.push_back({std::move(name),
                                toolText(toolMember(function, {"description"})),
                                std::move(schema),
                                toJsonText(tool)});
    }

} // namespace

ToolList readToolList(std::string_view text)
{
    ToolList read;
    if (text.empty())
        return read;
    const auto list = parseJson(text);
    if (!list || !list->is_array()) {
        read.isReadable = false;
        return read;
    }
    for (const json& tool : *list) {
        const json* several = tool.is_object()
            ? toolMember(tool, {"functionDeclarations", "function_declarations"})
            : nullptr;
        if (!tool.is_object()) {
            ++read.unknown;
        } else if (several == nullptr || !several->is_array()) {
            addTool(tool, read);
        } else {
            for (const json& each : *several)
                each.is_object() ? addTool(each, read) : void(++read.unknown);
        }
    }
    return read;
}

} // namespace tracestore
