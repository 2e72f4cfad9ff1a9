// Objects.
#include "engine/tool/schema/schema_checker.h"
#include "tracestore/base/json_io.h"
#include "tracestore/query/query_value.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace engine {

using nlohmann::json;

namespace {

    std::string stepTo(const std::string& name)
    {
        const bool isPlain = !name.empty() && std::ranges::all_of(name, [](char c) {
            return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '_' || c == '-';
        });
        return isPlain ? '.' + name : '.' + tracestore::quoteJson(name);
    }

} // namespace

void SchemaChecker::checkObject(const json& schema, const json& value, SchemaComplaints& to)
{
    const json* properties = object(schema, "properties");
    checkCount(schema, "minProperties", "maxProperties", value.size(), "field", to);
    if (const json* required = list(schema, "required"))
        checkRequired(*required, properties, value, to);
    if (const json* names = keyword(schema, "propertyNames")) {
        for (const auto& [name, of] : value.items())
            checkBelow(*names, json(name), " (the name \"" + name + "\")", to);
    }
    checkProperties(schema, properties, value, to);
    checkDependent(schema, value, to);
}

void SchemaChecker::checkRequired(const json& required,
                                  const json* properties,
                                  const json& value,
                                  SchemaComplaints& to)
{
    for (const json& name : required) {
        ++m_steps;
        if (!name.is_string() || value.contains(name.get_ref<const std::string&>()))
            continue;
        const auto& text = name.get_ref<const std::string&>();
        std::string expected;
        if (properties != nullptr && properties->contains(text))
            expected = " (expected " + expectationOf((*properties)[text]) + ")";
        complain(to, "the field \"" + text + "\" is missing" + expected);
    }
}

void SchemaChecker::checkProperties(const json& schema,
                                    const json* properties,
                                    const json& value,
                                    SchemaComplaints& to)
{
    const json* patterned = object(schema, "patternProperties");
    const json* others = keyword(schema, "additionalProperties");
    for (const auto& [name, member] : value.items()) {
        if (isFull(to))
            return;
        bool isKnown = false;
        if (properties != nullptr && properties->contains(name)) {
            isKnown = true;
            checkBelow((*properties)[name], member, stepTo(name), to);
        }
        if (patterned != nullptr) {
            for (const auto& [source, of] : patterned->items()) {
                if (!matches(source, name))
                    continue;
                isKnown = true;
                checkBelow(of, member, stepTo(name), to);
            }
        }
        if (isKnown || others == nullptr)
            continue;
        if (others->is_boolean() && !others->get<bool>())
            complainOfUnknown(name, properties, to);
        else
            checkBelow(*others, member, stepTo(name), to);
    }
}

void SchemaChecker::complainOfUnknown(const std::string& name,
                                      const json* properties,
                                      SchemaComplaints& to)
{
    std::vector<std::string> names;
    if (properties != nullptr) {
        for (const auto& [known, of] : properties->items())
            names.push_back(known);
    }
    const std::string_view near = tracestore::nearestWord(name, {names.begin(), names.end()});
    std::string hint;
    if (!near.empty()) {
        hint = "; did you mean \"" + std::string(near) + "\"?";
    } else {
        for (const std::string& known : names)
            hint += (hint.empty() ? "; there are " : ", ") + known;
    }
    complain(to, "there is no field \"" + name + '"' + hint);
}

void SchemaChecker::checkDependent(const json& schema, const json& value, SchemaComplaints& to)
{
    for (const char* keywordName : {"dependentRequired", "dependencies"}) {
        const json* dependent = object(schema, keywordName);
        if (dependent == nullptr)
            continue;
        for (const auto& [name, names] : dependent->items()) {
            if (value.contains(name) && names.is_array())
                checkRequired(names, nullptr, value, to);
            else if (value.contains(name))
                check(names, value, to);
        }
    }
    if (const json* dependent = object(schema, "dependentSchemas")) {
        for (const auto& [name, of] : dependent->items()) {
            if (value.contains(name))
                check(of, value, to);
        }
    }
}

} // namespace engine
