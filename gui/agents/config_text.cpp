#include "gui/agents/config_text.h"

#include "engine/config/config_places.h"

#include <algorithm>

namespace gui {

namespace {

    constexpr std::size_t kNowhere = std::string::npos;

    /// A part of a text, [begin, end).
    struct TextRange
    {
        std::size_t begin = kNowhere;
        std::size_t end = kNowhere;
    };

    struct Member
    {
        std::size_t keyBegin = 0;
        TextRange value;
        std::size_t nextComma = kNowhere; ///< behind the value; kNowhere for the last
    };

    /// An object as it is written: its members, and where it ends.
    struct WrittenObject
    {
        std::size_t begin = 0; ///< of the brace
        std::size_t end = 0; ///< of the closing one
        std::vector<std::pair<std::string, Member>> members;

        [[nodiscard]] const Member* find(const std::string& name) const
        {
            const auto found
                = std::ranges::find(members, name, &decltype(members)::value_type::first);
            return found == members.end() ? nullptr : &found->second;
        }
    };

    std::size_t skipBlanks(const std::string& text, std::size_t at)
    {
        return text.find_first_not_of(" \t\r\n", at);
    }

    /// The place behind a string that begins at a quote.
    std::size_t stringEnd(const std::string& text, std::size_t at)
    {
        for (++at; at < text.size(); ++at) {
            if (text[at] == '\\')
                ++at;
            else if (text[at] == '"')
                return at + 1;
        }
        return kNowhere;
    }

    /// The place behind a value.
    std::size_t valueEnd(const std::string& text, std::size_t at)
    {
        std::size_t depth = 0;
        while (at < text.size()) {
            const char c = text[at];
            if (c == '"') {
                at = stringEnd(text, at);
                if (at == kNowhere || depth == 0)
                    return at;
                continue;
            }
            if (c == '{' || c == '[')
                ++depth;
            const bool closes = c == '}' || c == ']';
            if (closes && depth > 0 && --depth == 0)
                return at + 1;
            if (depth == 0
                && (closes || c == ','
                    || std::string_view(" \t\r\n").find(c) != std::string_view::npos))
                return at;
            ++at;
        }
        return kNowhere;
    }

    std::string keyText(const std::string& text, std::size_t begin, std::size_t end)
    {
        const auto key = nlohmann::json::parse(text.substr(begin, end - begin), nullptr, false);
        return key.is_string() ? key.get<std::string>() : std::string();
    }

    std::optional<WrittenObject> readObject(const std::string& text, std::size_t at)
    {
        if (at == kNowhere || at >= text.size() || text[at] != '{')
            return {};
        WrittenObject object {.begin = at};
        at = skipBlanks(text, at + 1);
        while (at != kNowhere && text[at] == '"') {
            Member member {.keyBegin = at};
            const std::size_t keyEnd = stringEnd(text, at);
            const std::size_t colon = keyEnd == kNowhere ? kNowhere : skipBlanks(text, keyEnd);
            if (colon == kNowhere || text[colon] != ':')
                return {};
            member.value.begin = skipBlanks(text, colon + 1);
            if (member.value.begin == kNowhere)
                return {};
            member.value.end = valueEnd(text, member.value.begin);
            if (member.value.end == kNowhere)
                return {};
            at = skipBlanks(text, member.value.end);
            if (at == kNowhere)
                return {};
            const bool hasNext = text[at] == ',';
            if (hasNext)
                member.nextComma = at;
            object.members.emplace_back(keyText(text, member.keyBegin, keyEnd), member);
            if (hasNext)
                at = skipBlanks(text, at + 1);
        }
        if (at == kNowhere || text[at] != '}')
            return {};
        object.end = at;
        return object;
    }

    /// The blanks that a line begins with.
    std::string indentAt(const std::string& text, std::size_t at)
    {
        const std::size_t lineBegin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
        const std::size_t end = std::min(at, text.find_first_not_of(" \t", lineBegin));
        return text.substr(lineBegin, end - lineBegin);
    }

    std::string written(const nlohmann::json& value, const std::string& indent)
    {
        std::string text = value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
        for (std::size_t at = text.find('\n'); at != kNowhere; at = text.find('\n', at + 1))
            text.insert(at + 1, indent);
        return text;
    }

    std::string withoutMember(std::string text, const WrittenObject& object, const Member& member)
    {
        if (member.nextComma != kNowhere) {
            const std::size_t next = text.find_first_not_of(" \t\r\n", member.nextComma + 1);
            return text.erase(member.keyBegin, next - member.keyBegin);
        }
        // The last one takes the comma in front of it along.
        std::size_t from = object.begin + 1;
        for (const auto& [name, other] : object.members) {
            if (other.nextComma != kNowhere && other.nextComma < member.keyBegin)
                from = other.nextComma;
        }
        return text.erase(from, member.value.end - from);
    }

    std::string withNewMember(std::string text,
                              const WrittenObject& object,
                              const std::string& name,
                              const nlohmann::json& value)
    {
        const std::string outer = indentAt(text, object.begin);
        const bool isEmpty = object.members.empty();
        const std::string indent
            = isEmpty ? outer + "  " : indentAt(text, object.members.back().second.keyBegin);
        const bool isOneLine = !isEmpty && text.find('\n', object.begin) > object.end;
        const std::string key = nlohmann::json(name).dump() + ": ";
        if (isOneLine)
            return text.insert(object.members.back().second.value.end, ", " + key + value.dump());
        const std::string line = '\n' + indent + key + written(value, indent);
        if (isEmpty)
            return text.replace(
                object.begin + 1, object.end - object.begin - 1, line + '\n' + outer);
        return text.insert(object.members.back().second.value.end, ',' + line);
    }

} // namespace

std::optional<nlohmann::json> configValue(const std::string& text, const ConfigPath& path)
{
    const std::string plain = engine::blankComments(text).text;
    TextRange value {skipBlanks(plain, 0), plain.size()};
    for (const std::string& name : path) {
        const auto object = readObject(plain, value.begin);
        const Member* member = object ? object->find(name) : nullptr;
        if (member == nullptr)
            return {};
        value = member->value;
    }
    if (value.begin == kNowhere)
        return {};
    auto json
        = nlohmann::json::parse(plain.substr(value.begin, value.end - value.begin), nullptr, false);
    return json.is_discarded() ? std::nullopt : std::optional(std::move(json));
}

std::optional<std::string>
withConfigValue(const std::string& text, const ConfigPath& path, const nlohmann::json& value)
{
    const std::string plain = engine::blankComments(text).text;
    std::size_t at = skipBlanks(plain, 0);
    for (std::size_t level = 0; level < path.size(); ++level) {
        const auto object = readObject(plain, at);
        if (!object)
            return {};
        const bool isLast = level + 1 == path.size();
        const Member* member = object->find(path[level]);
        if (member == nullptr) {
            nlohmann::json added = value;
            for (std::size_t below = path.size(); below-- > level + 1;)
                added = nlohmann::json {{path[below], std::move(added)}};
            return value.is_null() ? text : withNewMember(text, *object, path[level], added);
        }
        if (isLast && value.is_null())
            return withoutMember(text, *object, *member);
        if (isLast)
            return std::string(text).replace(member->value.begin,
                                             member->value.end - member->value.begin,
                                             written(value, indentAt(text, member->keyBegin)));
        at = member->value.begin;
    }
    return {};
}

} // namespace gui
