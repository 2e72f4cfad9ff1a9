#include "tracestore/import/reading/json_members.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace tracestore {

using nlohmann::json;

const json* memberOf(const json& object, std::string_view key)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

const json* anyMemberOf(const json& object, std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        if (const json* found = memberOf(object, key))
            return found;
    }
    return nullptr;
}

std::string plainTextOf(const json* value)
{
    if (value == nullptr)
        return {};
    return value->is_string() ? value->get<std::string>() : toJsonText(*value);
}

std::string plainTextOf(const json& object, std::initializer_list<std::string_view> keys)
{
    return plainTextOf(anyMemberOf(object, keys));
}

bool flagOf(const json& object, std::string_view key)
{
    const json* value = memberOf(object, key);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

} // namespace tracestore
