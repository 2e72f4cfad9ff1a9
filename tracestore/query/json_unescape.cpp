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
            if (const std::size_t next = std::min(text.find('\\', at), text.size()); next > at) {
                plain.text += text.substr(at, next - at);
                for (; at < next; ++at)
                    plain.origin.push_back(origin(at));
                continue;
            }
            const Escape escape = escapeAt(text, at);
            appendLetter(plain.text, escape.length == 0 ? U'\\' : escape.letter);
            plain.origin.resize(plain.text.size(), origin(at));
            at += std::max<std::size_t>(1, escape.length);
        }
        plain.origin.push_back(origin(text.size()));
        return plain;
    }

    std::string plain(std::string_view text)
    {
        std::string plain;
        plain.reserve(text.size());
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t next = std::min(text.find('\\', at), text.size());
            plain.append(text, at, next - at);
            if (next == text.size())
                break;
            const Escape escape = escapeAt(text, next);
            appendLetter(plain, escape.length == 0 ? U'\\' : escape.letter);
            at = next + std::max<std::size_t>(1, escape.length);
        }
        return plain;
    }

} // namespace

std::string plainJson(std::string_view text, int times)
{
    std::string once = times > 0 ? plain(text) : std::string(text);
    while (--times > 0 && once.find('\\') != std::string::npos)
        once = plain(once);
    return once;
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
