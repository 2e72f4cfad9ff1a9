#pragma once

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

/// Reads four hexadecimal digits at a place; nothing where there are none.
[[nodiscard]] std::int32_t hexAt(std::string_view text, std::size_t at);

/// Strings in JSON that hold JSON are escaped again; deeper than so they are not read.
inline constexpr int kMostEscaped = 3;

} // namespace tracestore
