#include "engine/wire/tool_choice.h"

#include "tracestore/import/reading/json_members.h"

namespace engine {

using nlohmann::json;
using tracestore::memberOf;
using tracestore::plainTextOf;

std::optional<ToolChoice> readToolChoice(const json& value)
{
    const std::string word = value.is_string() ? value.get<std::string>()
        : value.is_object()                    ? plainTextOf(value, {"type"})
                                               : std::string();
    if (word == "auto")
        return ToolChoice {ToolChoice::Kind::Auto, {}};
    if (word == "none")
        return ToolChoice {ToolChoice::Kind::None, {}};
    if (word == "required" || word == "any")
        return ToolChoice {ToolChoice::Kind::Required, {}};
    if (word != "function" && word != "tool")
        return {};
    const json* function = memberOf(value, "function");
    std::string name = plainTextOf(function != nullptr ? *function : value, {"name"});
    if (name.empty())
        return {};
    return ToolChoice {ToolChoice::Kind::Named, std::move(name)};
}

json openAiToolChoice(const ToolChoice& choice, bool isChat)
{
    switch (choice.kind) {
    case ToolChoice::Kind::Auto:
        return "auto";
    case ToolChoice::Kind::None:
        return "none";
    case ToolChoice::Kind::Required:
        return "required";
    case ToolChoice::Kind::Named:
        break;
    }
    if (isChat)
        return {{"type", "function"}, {"function", {{"name", choice.name}}}};
    return {{"type", "function"}, {"name", choice.name}};
}

json anthropicToolChoice(const ToolChoice& choice)
{
    switch (choice.kind) {
    case ToolChoice::Kind::Auto:
        return {{"type", "auto"}};
    case ToolChoice::Kind::None:
        return {{"type", "none"}};
    case ToolChoice::Kind::Required:
        return {{"type", "any"}};
    case ToolChoice::Kind::Named:
        break;
    }
    return {{"type", "tool"}, {"name", choice.name}};
}

} // namespace engine
