#include "tracestore/export/otlp_values.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    /// One level of JSON is up to four of OTLP; what is nested deeper goes in as its text, so that
    /// readers with a limit can still read the file.
    constexpr int kMaxDepth = 40;

    void writeValue(JsonWriter& to, const json& value, int depth);

    void writeList(JsonWriter& to, const json& list, int depth)
    {
        to.key("arrayValue").beginObject().key("values").beginArray();
        for (const json& element : list)
            writeValue(to, element, depth + 1);
        to.endArray().endObject();
    }

    void writeMap(JsonWriter& to, const json& map, int depth)
    {
        to.key("kvlistValue").beginObject().key("values").beginArray();
        for (const auto& [key, element] : map.items()) {
            to.beginObject().member("key", key).key("value");
            writeValue(to, element, depth + 1);
            to.endObject();
        }
        to.endArray().endObject();
    }

    void writeNumber(JsonWriter& to, const json& number)
    {
        const bool isTooLarge = number.is_number_unsigned()
            && number.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
        if (number.is_number_integer() && !isTooLarge)
            to.member("intValue", std::to_string(number.get<std::int64_t>()));
        else
            to.member("doubleValue", number.get<double>());
    }

    /// An OTLP value; null has no type there and is an empty object.
    void writeValue(JsonWriter& to, const json& value, int depth)
    {
        to.beginObject();
        if (value.is_string())
            to.member("stringValue", value.get_ref<const std::string&>());
        else if (value.is_boolean())
            to.member("boolValue", value.get<bool>());
        else if (value.is_number())
            writeNumber(to, value);
        else if (value.is_structured() && depth >= kMaxDepth)
            to.member("stringValue", toJsonText(value));
        else if (value.is_array())
            writeList(to, value, depth);
        else if (value.is_object())
            writeMap(to, value, depth);
        to.endObject();
    }

} // namespace

OtlpAttributes::OtlpAttributes(JsonWriter& to, std::string_view name)
    : m_to(to)
{
    m_to.key(name).beginArray();
}

void OtlpAttributes::addAll(const std::vector<Attribute>& attributes)
{
    for (const Attribute& attribute : attributes)
        addJson(attribute.key, attribute.json);
}

void OtlpAttributes::addJson(std::string_view key, std::string_view text)
{
    if (!open(key))
        return;
    const auto value = parseJson(text);
    writeValue(m_to, value ? *value : json(text), 0);
    m_to.endObject();
}

void OtlpAttributes::addText(std::string_view key, std::string_view text)
{
    if (text.empty() || !open(key))
        return;
    m_to.beginObject().member("stringValue", text).endObject().endObject();
}

void OtlpAttributes::addText(std::string_view key, const std::vector<std::string>& texts)
{
    if (texts.empty() || !open(key))
        return;
    writeValue(m_to, json(texts), 0);
    m_to.endObject();
}

void OtlpAttributes::addNumber(std::string_view key, std::optional<std::int64_t> number)
{
    if (number && open(key))
        m_to.beginObject().member("intValue", std::to_string(*number)).endObject().endObject();
}

void OtlpAttributes::addDouble(std::string_view key, std::optional<double> number)
{
    if (number && open(key))
        m_to.beginObject().member("doubleValue", *number).endObject().endObject();
}

void OtlpAttributes::addFlag(std::string_view key, bool flag)
{
    if (open(key))
        m_to.beginObject().member("boolValue", flag).endObject().endObject();
}

bool OtlpAttributes::has(std::string_view key) const
{
    return m_keys.contains(std::string(key));
}

bool OtlpAttributes::hasPrefix(std::string_view prefix) const
{
    return std::ranges::any_of(m_keys,
                               [&](const std::string& key) { return key.starts_with(prefix); });
}

bool OtlpAttributes::open(std::string_view key)
{
    if (!m_keys.emplace(key).second)
        return false;
    m_to.beginObject().member("key", key).key("value");
    return true;
}

} // namespace tracestore
