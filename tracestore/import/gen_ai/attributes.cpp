#include "tracestore/import/gen_ai/attributes.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace tracestore {
namespace {

    template<class T>
    std::optional<T> parsed(std::string_view text)
    {
        T value {};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size())
            return {};
        return value;
    }

} // namespace

AttributeValue AttributeValue::ofBool(bool value)
{
    return {.type = Type::Bool, .integer = value ? 1 : 0};
}

AttributeValue AttributeValue::ofInteger(std::int64_t value)
{
    return {.type = Type::Integer, .integer = value};
}

AttributeValue AttributeValue::ofNumber(double value)
{
    return {.type = Type::Number, .number = value};
}

AttributeValue AttributeValue::ofText(std::string_view value)
{
    return {.type = Type::Text, .text = value};
}

AttributeValue AttributeValue::ofJson(std::string_view json)
{
    return {.type = Type::Json, .text = json};
}

std::optional<std::int64_t> AttributeValue::asInteger() const
{
    // Beyond this a double is not a whole number of anything.
    constexpr double kMaxWhole = 9.0e15;
    if (type == Type::Integer)
        return integer;
    if (type == Type::Text) {
        if (const auto whole = parsed<std::int64_t>(text))
            return whole;
    }
    const auto value = asNumber();
    if (!value || std::abs(*value) > kMaxWhole || std::trunc(*value) != *value)
        return {};
    return static_cast<std::int64_t>(*value);
}

std::optional<double> AttributeValue::asNumber() const
{
    std::optional<double> value;
    if (type == Type::Integer)
        value = static_cast<double>(integer);
    else if (type == Type::Number)
        value = number;
    else if (type == Type::Text)
        value = parsed<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<bool> AttributeValue::asBool() const
{
    if (type == Type::Bool || type == Type::Integer)
        return integer != 0;
    if (type == Type::Text && (text == "true" || text == "false"))
        return text == "true";
    return {};
}

std::string_view AttributeValue::asText() const
{
    return type == Type::Text ? text : std::string_view();
}

std::string AttributeValue::toJson() const
{
    switch (type) {
    case Type::Null:
        return "null";
    case Type::Bool:
        return integer != 0 ? "true" : "false";
    case Type::Integer:
        return std::to_string(integer);
    case Type::Number:
        if (!std::isfinite(number))
            return std::isnan(number) ? "\"NaN\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
        return toJsonText(nlohmann::json(number));
    case Type::Text:
        return quoteJson(text);
    case Type::Json:
        return std::string(text);
    }
    return "null";
}

std::string AttributeValue::toPlain() const
{
    return type == Type::Text ? std::string(text) : toJson();
}

const AttributeValue* findAttribute(const Attributes& attributes, std::string_view key)
{
    for (const auto& [name, value] : attributes) {
        if (name == key)
            return &value;
    }
    return nullptr;
}

} // namespace tracestore
