#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tracestore {

/// One line of a text, without its line end.
struct TextLine
{
    std::string_view text;
    std::uint64_t offset = 0; ///< of its first byte
    std::uint64_t number = 0; ///< 1-based; blank lines count
    bool isEnded = true; ///< false on a last line without a line feed: it may be cut off
};

/// Walks over the lines of a text: LF or CRLF, blank lines left out, a byte order mark skipped.
/// The text outlives the walk.
class JsonLines
{
public:
    explicit JsonLines(std::string_view text);

    /// The next line that is not blank; nothing at the end.
    std::optional<TextLine> next();

private:
    std::string_view m_text;
    std::size_t m_at = 0;
    std::uint64_t m_number = 0;
};

} // namespace tracestore
