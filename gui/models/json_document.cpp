#include "gui/models/json_document.h"

#include "gui/models/json_checker.h"

#include <algorithm>
#include <charconv>

namespace gui {

using tracestore::fail;
using tracestore::Result;

namespace {

    bool isSpace(char c)
    {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    bool isValueEnd(char c)
    {
        return isSpace(c) || c == ',' || c == ']' || c == '}' || c == ':';
    }

    void appendUtf8(std::string& to, std::uint32_t code)
    {
        const auto put = [&](std::uint32_t byte) { to += static_cast<char>(byte); };
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xC0 | code >> 6U);
            put(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            put(0xE0 | code >> 12U);
            put(0x80 | (code >> 6U & 0x3F));
            put(0x80 | (code & 0x3F));
        } else {
            put(0xF0 | code >> 18U);
            put(0x80 | (code >> 12U & 0x3F));
            put(0x80 | (code >> 6U & 0x3F));
            put(0x80 | (code & 0x3F));
        }
    }

    /// The four digits of a \u escape that ends before `at + 4`; U+FFFD where they are none.
    std::uint32_t hexCode(std::string_view text, std::size_t at)
    {
        std::uint32_t code = 0xFFFD;
        if (at + 4 <= text.size()) {
            const char* from = text.data() + at;
            std::uint32_t read = 0;
            if (std::from_chars(from, from + 4, read, 16).ptr == from + 4)
                code = read;
        }
        return code;
    }

    /// Appends what the escape at the backslash `at` stands for; gives the byte behind it.
    std::size_t unescapeOne(std::string_view text, std::size_t at, std::string& to)
    {
        static constexpr std::string_view kNames = "bfnrt";
        static constexpr std::string_view kMeanings = "\b\f\n\r\t";
        if (at + 1 >= text.size())
            return text.size();
        const char c = text[at + 1];
        if (c != 'u') {
            const std::size_t known = kNames.find(c);
            to += known == std::string_view::npos ? c : kMeanings[known];
            return at + 2;
        }
        std::uint32_t code = hexCode(text, at + 2);
        at = std::min(at + 6, text.size());
        const bool isHigh = code >= 0xD800 && code < 0xDC00;
        if (isHigh && text.substr(at, 2) == "\\u") {
            const std::uint32_t low = hexCode(text, at + 2);
            if (low >= 0xDC00 && low < 0xE000) {
                appendUtf8(to, 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00));
                return std::min(at + 6, text.size());
            }
        }
        if (code >= 0xD800 && code < 0xE000)
            code = 0xFFFD;
        appendUtf8(to, code);
        return at;
    }

} // namespace

Result<JsonDocumentPtr> JsonDocument::parse(std::string text)
{
    auto document = std::make_shared<JsonDocument>();
    document->m_text = std::move(text);
    if (Result<void> checked = JsonChecker(*document).check(); !checked)
        return fail(std::move(checked.error()));
    return JsonDocumentPtr(std::move(document));
}

JsonType JsonDocument::type(std::size_t value) const
{
    switch (m_text[value]) {
    case '{':
        return JsonType::Object;
    case '[':
        return JsonType::Array;
    case '"':
        return JsonType::String;
    case 't':
    case 'f':
    case 'n':
        return JsonType::Keyword;
    default:
        return JsonType::Number;
    }
}

std::size_t JsonDocument::skipSpace(std::size_t at) const
{
    while (at < m_text.size() && isSpace(m_text[at]))
        ++at;
    return at;
}

std::size_t JsonDocument::stringEnd(std::size_t at) const
{
    for (++at; at < m_text.size(); ++at) {
        at = m_text.find_first_of("\\\"", at);
        if (at == std::string::npos)
            break;
        if (m_text[at] == '"')
            return at + 1;
        ++at;
    }
    return m_text.size();
}

const JsonDocument::Container* JsonDocument::container(std::size_t start) const
{
    const auto found = std::ranges::lower_bound(m_containers, start, {}, &Container::start);
    return found == m_containers.end() || found->start != start ? nullptr : &*found;
}

std::size_t JsonDocument::containerEnd(std::size_t at) const
{
    if (const Container* known = container(at))
        return known->end;
    std::size_t open = 0;
    while (at < m_text.size()) {
        const char c = m_text[at];
        if (c == '"') {
            at = stringEnd(at);
            continue;
        }
        ++at;
        if (c == '{' || c == '[')
            ++open;
        else if ((c == '}' || c == ']') && --open == 0)
            break;
    }
    return at;
}

std::size_t JsonDocument::end(std::size_t value) const
{
    switch (type(value)) {
    case JsonType::Object:
    case JsonType::Array:
        return containerEnd(value);
    case JsonType::String:
        return stringEnd(value);
    default:
        while (value < m_text.size() && !isValueEnd(m_text[value]))
            ++value;
        return value;
    }
}

std::string_view JsonDocument::raw(std::size_t value) const
{
    return std::string_view(m_text).substr(value, end(value) - value);
}

std::string JsonDocument::stringAt(std::size_t value, std::size_t maxBytes) const
{
    const std::size_t last = stringEnd(value) - 1;
    const std::string_view inner
        = std::string_view(m_text).substr(value + 1, std::min(last - value - 1, maxBytes));
    std::string result;
    result.reserve(inner.size());
    for (std::size_t at = 0; at < inner.size();) {
        const std::size_t escape = inner.find('\\', at);
        result += inner.substr(at, escape - at);
        at = escape == std::string_view::npos ? inner.size() : unescapeOne(inner, escape, result);
    }
    return result;
}

std::size_t JsonDocument::childCount(std::size_t value) const
{
    if (m_text[value] != '{' && m_text[value] != '[')
        return 0;
    if (const Container* known = container(value))
        return known->count;
    std::size_t count = 0;
    Child next;
    for (std::size_t at = firstChild(value); child(at, m_text[value] == '{', next); at = next.next)
        ++count;
    return count;
}

bool JsonDocument::child(std::size_t from, bool isObject, Child& found) const
{
    std::size_t at = skipSpace(from);
    if (at < m_text.size() && m_text[at] == ',')
        at = skipSpace(at + 1);
    if (at >= m_text.size() || m_text[at] == '}' || m_text[at] == ']')
        return false;
    if (isObject) {
        found.key = at;
        at = skipSpace(skipSpace(stringEnd(at)) + 1);
    }
    found.value = at;
    found.next = end(at);
    return true;
}

bool looksLikeJson(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    if (first == std::string_view::npos || last == first)
        return false;
    return (text[first] == '{' && text[last] == '}') || (text[first] == '[' && text[last] == ']');
}

// --- Pretty ------------------------------------------------------------------------------------

namespace {

    constexpr std::size_t kMaxIndent = 40;
    constexpr std::size_t kShortList = 72;

    void newLine(std::string& to, std::size_t depth)
    {
        to += '\n';
        to.append(2 * std::min(depth, kMaxIndent), ' ');
    }

    /// An array of plain values that fits on a line.
    bool isShortList(std::string_view raw)
    {
        return raw.size() <= kShortList && raw.front() == '['
            && raw.find_first_of("{[\n", 1) == std::string_view::npos;
    }

} // namespace

std::string prettyJson(const JsonDocument& document)
{
    const std::string& text = document.text();
    std::string result;
    result.reserve(text.size() + text.size() / 4);
    std::size_t depth = 0;
    for (std::size_t at = document.root(); at < text.size();) {
        const char c = text[at];
        if (isSpace(c)) {
            ++at;
        } else if (c == '{' || c == '[') {
            const std::string_view raw = document.raw(at);
            const bool isEmpty = raw.find_first_not_of(" \t\r\n", 1) == raw.size() - 1;
            if (isEmpty || isShortList(raw)) {
                result += !isEmpty ? raw : c == '{' ? "{}" : "[]";
                at += raw.size();
                continue;
            }
            result += c;
            newLine(result, ++depth);
            ++at;
        } else if (c == '}' || c == ']') {
            newLine(result, depth = depth == 0 ? 0 : depth - 1);
            result += c;
            ++at;
        } else if (c == ',') {
            result += c;
            newLine(result, depth);
            ++at;
        } else if (c == ':') {
            result += ": ";
            ++at;
        } else {
            const std::string_view raw = document.raw(at);
            result += raw;
            at += std::max<std::size_t>(1, raw.size());
        }
    }
    return result;
}

} // namespace gui
