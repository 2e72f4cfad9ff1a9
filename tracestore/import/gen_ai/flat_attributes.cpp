#include "tracestore/import/gen_ai/flat_attributes.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    /// Deeper than any convention; the walk below recurses so far.
    constexpr std::size_t kMaxSegments = 24;

    /// Sorts as a number with the digits it has, however many.
    bool isSmallerNumber(std::string_view a, std::string_view b)
    {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    }

    bool isNumber(std::string_view text)
    {
        return !text.empty() && text.size() < 10
            && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    }

    void put(json& root, std::string_view path, json value)
    {
        json* at = &root;
        for (std::size_t depth = 0; depth < kMaxSegments; ++depth) {
            const std::size_t dot = path.find('.');
            if (!at->is_object())
                return; // a leaf of the same name stands here
            json& child = (*at)[std::string(path.substr(0, dot))];
            if (dot == std::string_view::npos) {
                if (child.is_null())
                    child = std::move(value);
                return;
            }
            if (child.is_null())
                child = json::object();
            path.remove_prefix(dot + 1);
            at = &child;
        }
    }

    /// Makes lists of the objects whose keys are all numbers. Recurses kMaxSegments deep at most:
    /// values that were JSON themselves are not entered, for they have been put in as leaves.
    void makeLists(json& value, std::size_t depth)
    {
        if (!value.is_object() || depth > kMaxSegments)
            return;
        std::vector<std::string> keys;
        for (auto& [key, child] : value.items()) {
            makeLists(child, depth + 1);
            keys.push_back(key);
        }
        if (keys.empty() || !std::ranges::all_of(keys, isNumber))
            return;
        std::ranges::sort(keys, isSmallerNumber);
        json list = json::array();
        for (const std::string& key : keys)
            list.push_back(std::move(value[key]));
        value = std::move(list);
    }

} // namespace

json jsonOf(const AttributeValue& value)
{
    switch (value.type) {
    case AttributeValue::Type::Null:
        return nullptr;
    case AttributeValue::Type::Bool:
        return value.integer != 0;
    case AttributeValue::Type::Integer:
        return value.integer;
    case AttributeValue::Type::Number:
        return value.number;
    case AttributeValue::Type::Text:
        return toValidUtf8(value.text);
    case AttributeValue::Type::Json:
        break;
    }
    auto parsed = parseJson(value.text);
    return parsed ? std::move(*parsed) : json(toValidUtf8(value.text));
}

json unpackedJsonOf(const AttributeValue& value)
{
    const std::size_t start = value.text.find_first_not_of(" \t\r\n");
    if (value.type == AttributeValue::Type::Text && start != std::string_view::npos
        && (value.text[start] == '{' || value.text[start] == '[')) {
        if (auto parsed = parseJson(value.text))
            return std::move(*parsed);
    }
    return jsonOf(value);
}

json unflattened(const Attributes& attributes, std::string_view prefix)
{
    json root;
    for (const auto& [key, value] : attributes) {
        if (!key.starts_with(prefix) || key.size() == prefix.size())
            continue;
        if (root.is_null())
            root = json::object();
        put(root, key.substr(prefix.size()), jsonOf(value));
    }
    makeLists(root, 0);
    return root;
}

} // namespace tracestore
