#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// The small letter of a capital one (Latin, Greek, Cyrillic, Armenian, full-width); all else as it
/// is. The folded letter takes as many bytes of UTF-8 as the other.
[[nodiscard]] char32_t foldedLetter(char32_t letter);

/// The letters that foldedLetter() takes to this one, itself not among them.
[[nodiscard]] std::vector<char32_t> lettersFoldedTo(char32_t letter);

/// The text with its letters folded; as many bytes, and bytes that are no UTF-8 stay.
[[nodiscard]] std::string foldedText(std::string_view text);

/// Takes a character off the front of a text that is not empty; a byte that is no UTF-8 comes as
/// kNoLetter + byte.
char32_t takeLetter(std::string_view& text);

inline constexpr char32_t kNoLetter = 0x110000;

/// Appends a character that takeLetter() gave.
void appendLetter(std::string& to, char32_t letter);

} // namespace tracestore
