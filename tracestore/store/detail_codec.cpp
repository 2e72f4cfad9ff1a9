#include "tracestore/store/detail_codec.h"

#include <algorithm>
#include <charconv>

namespace tracestore {
namespace {

    constexpr std::string_view kHex = "0123456789abcdef";

    /// As quoteJson(), but bytes that are no UTF-8 stay what they are.
    void appendQuoted(std::string& to, std::string_view text)
    {
        to += '"';
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\')
                to.append(1, '\\').append(1, c);
            else if (byte < 0x20)
                to.append("\\u00").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 15U]);
            else
                to += c;
        }
        to += '"';
    }

    /// The length of the quoted string at the front of a text; 0 where there is none.
    std::size_t quotedLength(std::string_view text)
    {
        if (!text.starts_with('"'))
            return 0;
        for (std::size_t i = 1; i < text.size(); ++i) {
            if (text[i] == '\\')
                ++i;
            else if (text[i] == '"')
                return i + 1;
        }
        return 0;
    }

    /// The length of the JSON value at the front of a text, by its brackets and quotes alone; 0
    /// where it has no end. Counts instead of nesting: values may be of any depth.
    std::size_t valueLength(std::string_view text)
    {
        std::size_t depth = 0;
        for (std::size_t i = 0; i < text.size();) {
            const char c = text[i];
            if (c == '"') {
                const std::size_t length = quotedLength(text.substr(i));
                if (length == 0)
                    return 0;
                i += length;
            } else if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
                return i;
            } else {
                depth += c == '{' || c == '[' ? 1 : 0;
                depth -= c == '}' || c == ']' ? 1 : 0;
                ++i;
            }
        }
        return depth == 0 ? text.size() : 0;
    }

    /// Takes the pieces of a text that was written here off its front; false where one is not
    /// there.
    class Cursor
    {
    public:
        explicit Cursor(std::string_view text)
            : m_rest(text)
        { }

        [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }

        [[nodiscard]] bool isAt(std::string_view piece) const { return m_rest.starts_with(piece); }

        bool take(std::string_view piece)
        {
            if (!isAt(piece))
                return false;
            m_rest.remove_prefix(piece.size());
            return true;
        }

        bool takeQuoted(std::string& to)
        {
            const std::size_t length = quotedLength(m_rest);
            if (length == 0)
                return false;
            const std::string_view inner = m_rest.substr(1, length - 2);
            m_rest.remove_prefix(length);
            for (std::size_t i = 0; i < inner.size(); ++i) {
                if (inner[i] != '\\') {
                    to += inner[i];
                } else if (inner.substr(i + 1).starts_with("u00") && i + 5 < inner.size()) {
                    to += static_cast<char>(16 * kHex.find(inner[i + 4]) + kHex.find(inner[i + 5]));
                    i += 5;
                } else if (++i < inner.size()) {
                    to += inner[i];
                }
            }
            return true;
        }

        bool takeValue(std::string& to)
        {
            const std::size_t length = valueLength(m_rest);
            if (length == 0)
                return false;
            to = m_rest.substr(0, length);
            m_rest.remove_prefix(length);
            return true;
        }

        /// A number or `null`.
        bool takeNumber(std::optional<std::int64_t>& to)
        {
            if (take("null"))
                return true;
            std::int64_t number = 0;
            const auto [end, error]
                = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), number);
            if (error != std::errc())
                return false;
            m_rest.remove_prefix(static_cast<std::size_t>(end - m_rest.data()));
            to = number;
            return true;
        }

    private:
        std::string_view m_rest;
    };

    bool takeAttributeObject(Cursor& cursor, std::vector<Attribute>& to)
    {
        if (!cursor.take("{"))
            return false;
        while (!cursor.take("}")) {
            if (!to.empty() && !cursor.take(","))
                return false;
            Attribute& attribute = to.emplace_back();
            if (!cursor.takeQuoted(attribute.key) || !cursor.take(":")
                || !cursor.takeValue(attribute.json))
                return false;
        }
        return true;
    }

    bool takeAttributePairs(Cursor& cursor, std::vector<Attribute>& to)
    {
        if (!cursor.take("["))
            return false;
        while (!cursor.take("]")) {
            if (!to.empty() && !cursor.take(","))
                return false;
            Attribute& attribute = to.emplace_back();
            if (!cursor.take("[") || !cursor.takeQuoted(attribute.key) || !cursor.take(",")
                || !cursor.takeQuoted(attribute.json) || !cursor.take("]"))
                return false;
        }
        return true;
    }

    bool takeAttributes(Cursor& cursor, std::vector<Attribute>& to)
    {
        return cursor.isAt("{") ? takeAttributeObject(cursor, to) : takeAttributePairs(cursor, to);
    }

    bool takeEvent(Cursor& cursor, SpanEvent& event)
    {
        std::optional<std::int64_t> ns;
        if (!cursor.take("{\"name\":") || !cursor.takeQuoted(event.name)
            || !cursor.take(",\"time_ns\":") || !cursor.takeNumber(ns)
            || !cursor.take(",\"attributes\":") || !takeAttributes(cursor, event.attributes)
            || !cursor.take("}"))
            return false;
        if (ns)
            event.time = Timestamp {*ns};
        return true;
    }

    Failure failList(std::string_view what)
    {
        return fail(ErrorCode::Corrupt,
                    "The " + std::string(what) + " of a span are not written as Kymo writes them.");
    }

    /// Reads `[item,item]` with nothing behind it.
    template<class T, class Take>
    bool takeArray(std::string_view text, std::vector<T>& to, Take&& take)
    {
        Cursor cursor(text);
        if (!cursor.take("["))
            return false;
        while (!cursor.take("]")) {
            if (!to.empty() && !cursor.take(","))
                return false;
            if (!take(cursor, to.emplace_back()))
                return false;
        }
        return cursor.isAtEnd();
    }

    void appendAttributes(std::string& to, const std::vector<Attribute>& attributes)
    {
        const bool isObject = std::ranges::all_of(attributes, [](const Attribute& attribute) {
            return !attribute.json.empty() && valueLength(attribute.json) == attribute.json.size();
        });
        to += isObject ? '{' : '[';
        const char* separator = "";
        for (const Attribute& attribute : attributes) {
            to += std::exchange(separator, ",");
            to += isObject ? "" : "[";
            appendQuoted(to, attribute.key);
            to += isObject ? ':' : ',';
            if (isObject)
                to += attribute.json;
            else
                appendQuoted(to, attribute.json);
            to += isObject ? "" : "]";
        }
        to += isObject ? '}' : ']';
    }

} // namespace

std::string encodeAttributes(const std::vector<Attribute>& attributes)
{
    std::string text;
    if (!attributes.empty())
        appendAttributes(text, attributes);
    return text;
}

Result<std::vector<Attribute>> decodeAttributes(std::string_view text)
{
    std::vector<Attribute> attributes;
    Cursor cursor(text);
    if (!text.empty() && (!takeAttributes(cursor, attributes) || !cursor.isAtEnd()))
        return failList("attributes");
    return attributes;
}

std::string encodeEvents(const std::vector<SpanEvent>& events)
{
    std::string text;
    for (const SpanEvent& event : events) {
        text += text.empty() ? "[{\"name\":" : ",{\"name\":";
        appendQuoted(text, event.name);
        text += ",\"time_ns\":" + (event.time ? std::to_string(event.time->ns) : "null");
        text += ",\"attributes\":";
        appendAttributes(text, event.attributes);
        text += '}';
    }
    return text.empty() ? text : text + ']';
}

Result<std::vector<SpanEvent>> decodeEvents(std::string_view text)
{
    std::vector<SpanEvent> events;
    if (!text.empty() && !takeArray(text, events, takeEvent))
        return failList("events");
    return events;
}

std::string encodeTexts(const std::vector<std::string>& texts)
{
    std::string text;
    for (const std::string& item : texts) {
        text += text.empty() ? '[' : ',';
        appendQuoted(text, item);
    }
    return text.empty() ? text : text + ']';
}

Result<std::vector<std::string>> decodeTexts(std::string_view text)
{
    std::vector<std::string> texts;
    const auto take = [](Cursor& cursor, std::string& to) { return cursor.takeQuoted(to); };
    if (!text.empty() && !takeArray(text, texts, take))
        return failList("finish reasons");
    return texts;
}

} // namespace tracestore
