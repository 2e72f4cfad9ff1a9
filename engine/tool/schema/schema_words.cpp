#include "engine/tool/json_schema.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace engine {

using nlohmann::json;

namespace {

    constexpr std::size_t kShownBytes = 60;
    constexpr std::size_t kShownWords = 12;

    /// Cut between characters.
    std::string cutText(std::string text, std::size_t size)
    {
        if (text.size() <= size)
            return text;
        text.resize(size);
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
            text.pop_back();
        if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U)
            text.pop_back();
        return text + "...";
    }

    std::string shortJson(const json& value)
    {
        return cutText(tracestore::safeLine(tracestore::toJsonText(value)), kShownBytes);
    }

    std::string withArticle(const std::string& type)
    {
        if (type == "null")
            return type;
        const bool isVowel = type == "object" || type == "array" || type == "integer";
        return (isVowel ? "an " : "a ") + type;
    }

    struct FormatExample
    {
        std::string_view format;
        std::string_view example;
    };

    constexpr std::array kExamples {FormatExample {"date", "2026-01-31"},
                                    FormatExample {"date-time", "2026-01-31T12:00:00Z"},
                                    FormatExample {"time", "12:00:00Z"},
                                    FormatExample {"duration", "P1DT2H"},
                                    FormatExample {"email", "name@example.com"},
                                    FormatExample {"uri", "https://example.com/"},
                                    FormatExample {"uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
                                    FormatExample {"ipv4", "192.0.2.1"},
                                    FormatExample {"ipv6", "2001:db8::1"},
                                    FormatExample {"hostname", "example.com"}};

    std::string typesOf(const json& types)
    {
        if (types.is_string())
            return withArticle(types.get<std::string>());
        std::string all;
        for (const json& type : types) {
            if (type.is_string())
                all += (all.empty() ? "" : " or ") + withArticle(type.get<std::string>());
        }
        return all;
    }

    std::string exampleOf(const json& schema)
    {
        const auto format = schema.find("format");
        if (format != schema.end() && format->is_string()) {
            const auto* const known
                = std::ranges::find(kExamples, format->get<std::string>(), &FormatExample::format);
            if (known != kExamples.end())
                return " like " + std::string(known->example);
        }
        const auto examples = schema.find("examples");
        if (examples != schema.end() && examples->is_array() && !examples->empty())
            return " like " + shortJson(examples->front());
        return {};
    }

} // namespace

std::string shownValue(const json& value)
{
    switch (value.type()) {
    case json::value_t::object:
        return value.empty() ? "an empty object" : "object " + shortJson(value);
    case json::value_t::array:
        return value.empty() ? "an empty array" : "array " + shortJson(value);
    case json::value_t::string:
        return "string " + shortJson(value);
    case json::value_t::boolean:
        return value.get<bool>() ? "true" : "false";
    case json::value_t::null:
        return "null";
    default:
        return "number " + shortJson(value);
    }
}

std::string expectationOf(const json& schema)
{
    if (!schema.is_object())
        return "another value";
    if (const auto constant = schema.find("const"); constant != schema.end())
        return shortJson(*constant);
    if (const auto words = schema.find("enum"); words != schema.end() && words->is_array()) {
        std::string all;
        std::size_t count = 0;
        for (const json& word : *words) {
            if (count++ == kShownWords)
                break;
            all += (all.empty() ? "" : ", ") + shortJson(word);
        }
        return "one of " + all + (words->size() > kShownWords ? ", ..." : "");
    }
    std::string text;
    if (const auto type = schema.find("type"); type != schema.end())
        text = typesOf(*type);
    return (text.empty() ? "another value" : text) + exampleOf(schema);
}

} // namespace engine
