#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tracestore {

/// A character that acts on whoever shows it instead of being shown: control characters (a terminal
/// obeys them), bidirectional controls and line separators (they make a text look like another).
struct UnsafeChar
{
    char16_t code = 0;
    std::size_t length = 0; ///< bytes of UTF-8
};

/// The unsafe character at the front of a text, line feed and tab included; nothing where the text
/// starts with any other.
std::optional<UnsafeChar> unsafeCharAtFront(std::string_view text);

/// A text of strangers for a terminal, a log or the clipboard: valid UTF-8 in which every unsafe
/// character but line feed and tab is replaced by a visible sign for it.
std::string safeText(std::string_view text);

/// The same for one line: line feeds and tabs are made visible too.
std::string safeLine(std::string_view text);

} // namespace tracestore
