#include "tracestore/base/json_escapes.h"

#include <cstdint>
#include <optional>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tracestore {
namespace {

    /// The next `\u` at or behind a place; the size where there is none.
    std::size_t findEscape(std::string_view raw, std::size_t at)
    {
#ifdef __SSE2__
        constexpr std::size_t kBlock = 16;
        const __m128i slash = _mm_set1_epi8('\\');
        const __m128i letter = _mm_set1_epi8('u');
        for (; at + kBlock < raw.size(); at += kBlock) {
            const auto* here = static_cast<const void*>(raw.data() + at);
            const auto* next = static_cast<const void*>(raw.data() + at + 1);
            const __m128i first = _mm_loadu_si128(static_cast<const __m128i*>(here));
            const __m128i second = _mm_loadu_si128(static_cast<const __m128i*>(next));
            const int hits = _mm_movemask_epi8(
                _mm_and_si128(_mm_cmpeq_epi8(first, slash), _mm_cmpeq_epi8(second, letter)));
            if (hits != 0)
                return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(hits)));
        }
#endif
        const std::size_t found = raw.find("\\u", at);
        return found == std::string_view::npos ? raw.size() : found;
    }

    /// Whether an escape is one, and not the second half of an escaped backslash.
    bool isEscape(std::string_view raw, std::size_t at)
    {
        std::size_t first = at;
        while (first > 0 && raw[first - 1] == '\\')
            --first;
        return (at - first) % 2 == 0;
    }

    /// The number of the escape at a place; nothing where there is none.
    std::optional<std::uint32_t> unitAt(std::string_view raw, std::size_t at)
    {
        constexpr std::size_t kLength = 6;
        if (at + kLength > raw.size() || raw[at] != '\\' || raw[at + 1] != 'u')
            return {};
        std::uint32_t unit = 0;
        for (const char c : raw.substr(at + 2, 4)) {
            const char lower = static_cast<char>(c | 0x20);
            if (c >= '0' && c <= '9')
                unit = unit * 16 + static_cast<std::uint32_t>(c - '0');
            else if (lower >= 'a' && lower <= 'f')
                unit = unit * 16 + static_cast<std::uint32_t>(lower - 'a') + 10;
            else
                return {};
        }
        return unit;
    }

} // namespace

bool isJsonNumber(std::string_view text)
{
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
        const std::size_t first = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            ++at;
        return at - first;
    };
    const bool startsWithZero = at < text.size() && text[at] == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (startsWithZero && whole > 1))
        return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (digits() == 0)
            return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-'))
            ++at;
        if (digits() == 0)
            return false;
    }
    return at == text.size();
}

bool hasBrokenUnicode(std::string_view raw)
{
    for (std::size_t at = findEscape(raw, 0); at < raw.size(); at = findEscape(raw, at)) {
        if (!isEscape(raw, at)) {
            at += 2;
            continue;
        }
        const auto unit = unitAt(raw, at);
        if (!unit || (*unit >= 0xDC00 && *unit <= 0xDFFF))
            return true;
        at += 6;
        if (*unit < 0xD800 || *unit > 0xDBFF)
            continue;
        const auto second = unitAt(raw, at);
        if (!second || *second < 0xDC00 || *second > 0xDFFF)
            return true;
        at += 6;
    }
    return false;
}

} // namespace tracestore
