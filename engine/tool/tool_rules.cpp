#include "engine/tool/tool_rules.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    std::string withoutArguments(const std::string& schemaText,
                                 const std::map<std::string, std::string>& arguments)
    {
        auto schema = tracestore::parseJson(schemaText);
        if (!schema || !schema->is_object() || arguments.empty())
            return schemaText;
        for (const auto& [argument, variable] : arguments) {
            if (schema->contains("properties") && (*schema)["properties"].is_object())
                (*schema)["properties"].erase(argument);
            if (!schema->contains("required") || !(*schema)["required"].is_array())
                continue;
            nlohmann::json required = nlohmann::json::array();
            for (const nlohmann::json& name : (*schema)["required"]) {
                if (name != argument)
                    required.push_back(name);
            }
            (*schema)["required"] = std::move(required);
        }
        return tracestore::toJsonText(*schema);
    }

    Result<std::vector<ToolCondition>> conditions(const std::vector<std::string>& texts)
    {
        std::vector<ToolCondition> all;
        for (const std::string& text : texts) {
            auto condition = ToolCondition::parse(text);
            if (!condition)
                return fail(std::move(condition).error().in('`' + text + '`'));
            all.push_back(std::move(*condition));
        }
        return all;
    }

} // namespace

std::optional<EffectClass> effectClassOf(std::string_view word)
{
    for (const EffectClass known :
         {EffectClass::Pure, EffectClass::Reads, EffectClass::Writes, EffectClass::Outside}) {
        if (word == tracestore::toWord(known))
            return known;
    }
    return std::nullopt;
}

Result<ToolRules> toolRules(const ToolConfig& config)
{
    ToolRules rules {.name = config.name,
                     .description = config.description,
                     .timeout = config.timeout,
                     .lock = config.lock,
                     .needsApproval = config.needsApproval,
                     .undo = config.undo,
                     .secrets = config.secrets};
    if (config.effectClass) {
        rules.effectClass = effectClassOf(*config.effectClass);
        if (!rules.effectClass)
            return fail(ErrorCode::Invalid,
                        '`' + *config.effectClass
                            + "` is no effect class: write pure, reads, writes or outside.");
    }
    auto before = conditions(config.preconditions);
    if (!before)
        return fail(std::move(before).error().in("precondition"));
    auto after = conditions(config.postconditions);
    if (!after)
        return fail(std::move(after).error().in("postcondition"));
    rules.preconditions = std::move(*before);
    rules.postconditions = std::move(*after);
    return rules;
}

ToolInfo withRules(ToolInfo info, const ToolRules& rules)
{
    if (!rules.name.empty())
        info.definition.name = rules.name;
    if (!rules.description.empty())
        info.definition.description = rules.description;
    if (!rules.lock.empty())
        info.lock = rules.lock;
    if (!rules.undo.tool.empty())
        info.undo = rules.undo;
    info.effectClass = rules.effectClass.value_or(info.effectClass);
    info.timeout = rules.timeout.value_or(info.timeout);
    info.needsApproval = info.needsApproval || rules.needsApproval;
    info.definition.inputSchema = withoutArguments(info.definition.inputSchema, rules.secrets);
    return info;
}

} // namespace engine
