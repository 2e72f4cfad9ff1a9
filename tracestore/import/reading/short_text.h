#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tracestore {

// Bytes, at most: names of steps, and titles of sessions, which stand in narrower lists.
constexpr std::size_t kMaxTitle = 120;
constexpr std::size_t kMaxSessionTitle = 80;

/// The first line of a text that is not blank, shortened to at most `bytes` at a character.
std::string shortened(std::string_view text, std::size_t bytes = kMaxTitle);

/// The text cut at a character to at most `bytes`, with its line feeds.
std::string_view cutAtCharacter(std::string_view text, std::size_t bytes);

/// The text without white space at its ends.
std::string_view trimmed(std::string_view text);

} // namespace tracestore
