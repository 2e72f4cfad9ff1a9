#pragma once

#include "tests/bench/random_source.h"

#include <string>
#include <vector>

namespace bench {

/// Prose, code and JSON as agents read and write them, encoded as the inside of a JSON string:
/// line feeds, quotes and backslashes as escapes, letters beyond ASCII as they are and as \u.
class TextSource
{
public:
    explicit TextSource(std::uint64_t seed);

    /// Appends whole phrases until `length` characters are reached.
    void append(std::string& to, RandomSource& random, std::size_t length) const;

    /// Likewise, for a text that is itself inside a JSON text that is a string: escaped twice.
    void appendNested(std::string& to, RandomSource& random, std::size_t length) const;

private:
    std::vector<std::string> m_phrases;
    std::vector<std::string> m_nested;
};

} // namespace bench
