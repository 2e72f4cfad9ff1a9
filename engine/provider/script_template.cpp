#include "engine/provider/script_template.h"

#include "tracestore/base/json_io.h"

#include <charconv>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    constexpr std::string_view kOpen = "{{";
    constexpr std::string_view kClose = "}}";
    constexpr std::string_view kNumber = "|number";

    std::string_view trimmed(std::string_view text)
    {
        while (text.starts_with(' '))
            text.remove_prefix(1);
        while (text.ends_with(' '))
            text.remove_suffix(1);
        return text;
    }

    std::string textOf(const json& value)
    {
        if (value.is_string())
            return value.get<std::string>();
        return value.is_null() ? std::string() : tracestore::toJsonText(value);
    }

    /// A text that is a number as one; else as it is.
    json numberOf(const json& value)
    {
        if (!value.is_string())
            return value;
        const std::string& text = value.get_ref<const std::string&>();
        const char* end = text.data() + text.size();
        if (std::int64_t whole = 0;
            std::from_chars(text.data(), end, whole).ptr == end && !text.empty())
            return whole;
        if (double number = 0;
            std::from_chars(text.data(), end, number).ptr == end && !text.empty())
            return number;
        return value;
    }

} // namespace

bool isJsonPointer(std::string_view text)
{
    try {
        const json::json_pointer pointer {std::string(text)};
        return !pointer.empty();
    } catch (const json::exception&) {
        return false;
    }
}

json valueAtPointer(const json& value, std::string_view pointer)
{
    try {
        const json::json_pointer path {std::string(pointer)};
        return value.contains(path) ? value.at(path) : json();
    } catch (const json::exception&) {
        return {}; // an index that is none
    }
}

Result<ScriptTemplate> ScriptTemplate::parse(std::string_view text,
                                             const std::function<bool(std::string_view)>& isKnown)
{
    ScriptTemplate result;
    while (!text.empty()) {
        const std::size_t open = text.find(kOpen);
        if (open > 0)
            result.m_pieces.push_back({std::string(text.substr(0, open)), false, false});
        if (open == std::string_view::npos)
            break;
        const std::size_t close = text.find(kClose, open);
        if (close == std::string_view::npos)
            return tracestore::fail(ErrorCode::Invalid, "`{{` is not closed by `}}`");
        std::string_view name
            = trimmed(text.substr(open + kOpen.size(), close - open - kOpen.size()));
        const bool isNumber = name.ends_with(kNumber);
        if (isNumber)
            name = trimmed(name.substr(0, name.size() - kNumber.size()));
        if (!isKnown(name))
            return tracestore::fail(ErrorCode::Invalid,
                                    "`{{" + std::string(name) + "}}` names nothing that is known");
        result.m_pieces.push_back({std::string(name), true, isNumber});
        text.remove_prefix(close + kClose.size());
    }
    return result;
}

json ScriptTemplate::valueOf(const Piece& piece, const ScriptValues& values)
{
    json value = values(piece.text);
    return piece.isNumber ? numberOf(value) : value;
}

std::string ScriptTemplate::fill(const ScriptValues& values) const
{
    std::string text;
    for (const Piece& piece : m_pieces)
        text += piece.isPlace ? textOf(valueOf(piece, values)) : piece.text;
    return text;
}

json ScriptTemplate::fillValue(const ScriptValues& values) const
{
    if (m_pieces.size() == 1 && m_pieces.front().isPlace)
        return valueOf(m_pieces.front(), values);
    return fill(values);
}

Result<JsonTemplate> JsonTemplate::parse(const json& value,
                                         const std::function<bool(std::string_view)>& isKnown)
{
    JsonTemplate result;
    result.m_value = value;
    const json flat = value.flatten();
    for (const auto& [pointer, leaf] : flat.items()) {
        if (!leaf.is_string()
            || leaf.get_ref<const std::string&>().find(kOpen) == std::string::npos)
            continue;
        auto place = ScriptTemplate::parse(leaf.get_ref<const std::string&>(), isKnown);
        if (!place)
            return tracestore::fail(std::move(place).error().in(pointer));
        result.m_places.emplace_back(json::json_pointer(pointer), std::move(*place));
    }
    return result;
}

json JsonTemplate::fill(const ScriptValues& values) const
{
    json filled = m_value;
    for (const auto& [pointer, place] : m_places)
        filled[pointer] = place.fillValue(values);
    return filled;
}

} // namespace engine
