#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// A text with the escapes of JSON strings resolved, wherever they stand, and where each of its
/// bytes came from.
struct UnescapedText
{
    std::string text;
    std::vector<std::uint32_t> origin; ///< for each byte, and one for the end
};

/// Resolves `\n`, `\"`, `\u00e9` ... once. What is no escape stays; half of a surrogate pair is
/// U+FFFD. Shorter than 4 GiB.
UnescapedText unescapedJson(std::string_view text);

/// The same of a text that was resolved before: its origins are those of the first text.
UnescapedText unescapedJson(const UnescapedText& text);

/// What unescapedJson() makes of it, so many times, without the places.
std::string plainJson(std::string_view text, int times);

/// By byte: the value of a hexadecimal digit, or -1.
inline constexpr auto kHexDigits = [] {
    std::array<std::int8_t, 256> values {};
    values.fill(-1);
    for (int i = 0; i < 16; ++i) {
        values.at(static_cast<unsigned char>("0123456789abcdef"[i])) = static_cast<std::int8_t>(i);
        values.at(static_cast<unsigned char>("0123456789ABCDEF"[i])) = static_cast<std::int8_t>(i);
    }
    return values;
}();

/// Reads four hexadecimal digits at a place; negative where there are none.
[[nodiscard]] inline std::int32_t hexAt(std::string_view text, std::size_t at)
{
    if (at + 4 > text.size())
        return -1;
    const auto digit = [&](std::size_t i) {
        return std::int32_t {kHexDigits[static_cast<unsigned char>(text[at + i])]};
    };
    return digit(0) * 4096 | digit(1) * 256 | digit(2) * 16 | digit(3);
}

/// Strings in JSON that hold JSON are escaped again; deeper than so they are not read.
inline constexpr int kMostEscaped = 3;

} // namespace tracestore
