#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace tracestore {

/// A stretch of a text that looks like a secret.
struct KeyMatch
{
    std::size_t position = 0;
    std::size_t length = 0;
    std::string_view kind; ///< "OpenAI key", for people
};

/// What looks like a key in a text, in order: the prefixes that makers give their keys (`sk-`,
/// `ghp_`, `AKIA` ...), private key blocks and bearer tokens. A guess: it misses keys without such
/// a mark. Linear in the text.
std::vector<KeyMatch> findKeys(std::string_view text);

[[nodiscard]] bool looksLikeKey(std::string_view text);

/// A name as shells know it: letters, digits and `_`, no digit in front.
[[nodiscard]] bool isVariableName(std::string_view text);

} // namespace tracestore
