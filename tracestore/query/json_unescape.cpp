#include "tracestore/query/json_unescape.h"

#include "tracestore/query/text_fold.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr char32_t kReplacement = 0xFFFD;

    struct Escape
    {
        char32_t letter = 0;
        std::size_t length = 0; ///< 0: none
    };

    bool isHigh(std::int32_t unit)
    {
        return unit >= 0xD800 && unit < 0xDC00;
    }

    bool isLow(std::int32_t unit)
    {
        return unit >= 0xDC00 && unit < 0xE000;
    }

    Escape unicodeEscape(std::string_view text, std::size_t at)
    {
        const std::int32_t unit = hexAt(text, at + 2);
        if (unit < 0)
            return {};
        if (isHigh(unit) && text.substr(at + 6, 2) == "\\u") {
            const std::int32_t next = hexAt(text, at + 8);
            if (isLow(next))
                return {static_cast<char32_t>(0x10000 + (unit - 0xD800) * 0x400 + (next - 0xDC00)),
                        12};
        }
        return {isHigh(unit) || isLow(unit) ? kReplacement : static_cast<char32_t>(unit), 6};
    }

    /// The escape whose backslash stands at a place.
    Escape escapeAt(std::string_view text, std::size_t at)
    {
        const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
        switch (kind) {
        case '"':
        case '\\':
        case '/':
            return {static_cast<char32_t>(kind), 2};
        case 'b':
            return {'\b', 2};
        case 'f':
            return {'\f', 2};
        case 'n':
            return {'\n', 2};
        case 'r':
            return {'\r', 2};
        case 't':
            return {'\t', 2};
        case 'u':
            return unicodeEscape(text, at);
        default:
            return {};
        }
    }

    template<class Origin>
    UnescapedText unescape(std::string_view text, Origin origin)
    {
        UnescapedText plain;
        plain.text.reserve(text.size());
        plain.origin.reserve(text.size() + 1);
        std::size_t at = 0;
        while (at < text.size()) {
            const Escape escape = text[at] == '\\' ? escapeAt(text, at) : Escape {};
            if (escape.length == 0)
                plain.text += text[at];
            else
                appendLetter(plain.text, escape.letter);
            plain.origin.resize(plain.text.size(), origin(at));
            at += std::max<std::size_t>(1, escape.length);
        }
        plain.origin.push_back(origin(text.size()));
        return plain;
    }

} // namespace

std::int32_t hexAt(std::string_view text, std::size_t at)
{
    if (at + 4 > text.size())
        return -1;
    std::int32_t number = 0;
    for (const char c : text.substr(at, 4)) {
        const int digit = c >= '0' && c <= '9' ? c - '0'
            : c >= 'a' && c <= 'f'             ? c - 'a' + 10
            : c >= 'A' && c <= 'F'             ? c - 'A' + 10
                                               : -1;
        if (digit < 0)
            return -1;
        number = number * 16 + digit;
    }
    return number;
}

UnescapedText unescapedJson(std::string_view text)
{
    return unescape(text, [](std::size_t at) { return static_cast<std::uint32_t>(at); });
}

UnescapedText unescapedJson(const UnescapedText& text)
{
    return unescape(text.text, [&](std::size_t at) { return text.origin[at]; });
}

} // namespace tracestore
