#include "tracestore/base/safe_text.h"

#include "tracestore/base/json_io.h"

#include <cstdio>

namespace tracestore {
namespace {

    bool isUnsafe(char16_t code)
    {
        return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C || code == 0x200E
            || code == 0x200F || (code >= 0x2028 && code <= 0x202E)
            || (code >= 0x2066 && code <= 0x2069);
    }

    /// The code point at the front where it is one that could be unsafe: of at most three bytes.
    UnsafeChar decode(std::string_view text)
    {
        const auto byte = [&](std::size_t i) {
            return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
        };
        if (byte(0) < 0x80)
            return {static_cast<char16_t>(byte(0)), 1};
        if ((byte(0) & 0xE0U) == 0xC0 && text.size() >= 2)
            return {static_cast<char16_t>(((byte(0) & 0x1FU) << 6U) | (byte(1) & 0x3FU)), 2};
        if ((byte(0) & 0xF0U) == 0xE0 && text.size() >= 3)
            return {static_cast<char16_t>(((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U)
                                          | (byte(2) & 0x3FU)),
                    3};
        return {u'?', 1};
    }

    /// A sign that can be seen: the control pictures of Unicode, else the code point in words.
    std::string visible(char16_t code)
    {
        if (code < 0x20 || code == 0x7F) {
            const unsigned picture = code == 0x7F ? 0x21U : static_cast<unsigned>(code);
            return {'\xE2', '\x90', static_cast<char>(0x80U + picture)};
        }
        char words[16];
        std::snprintf(words, sizeof words, "<U+%04X>", static_cast<unsigned>(code));
        return words;
    }

    std::string makeSafe(std::string_view text, bool isOneLine)
    {
        const std::string valid = toValidUtf8(text);
        std::string_view rest = valid;
        std::string result;
        result.reserve(valid.size());
        while (!rest.empty()) {
            const auto unsafe = unsafeCharAtFront(rest);
            if (!unsafe) {
                result += rest.front();
                rest.remove_prefix(1);
                continue;
            }
            rest.remove_prefix(unsafe->length);
            const bool isKept = !isOneLine && (unsafe->code == u'\n' || unsafe->code == u'\t');
            const bool isLineEnd = !isOneLine && unsafe->code == u'\r' && rest.starts_with('\n');
            if (isKept)
                result += static_cast<char>(unsafe->code);
            else if (!isLineEnd)
                result += visible(unsafe->code);
        }
        return result;
    }

} // namespace

std::optional<UnsafeChar> unsafeCharAtFront(std::string_view text)
{
    if (text.empty())
        return {};
    const UnsafeChar front = decode(text);
    return isUnsafe(front.code) ? std::optional(front) : std::nullopt;
}

std::string safeText(std::string_view text)
{
    return makeSafe(text, false);
}

std::string safeLine(std::string_view text)
{
    return makeSafe(text, true);
}

} // namespace tracestore
