#pragma once

#include "tracestore/base/json_cursor.h"

#include <memory>

namespace tracestore {

/// Finds the tokens of JSON text, gigabytes a second, so that a JsonCursor can walk over them
/// without looking at what it does not want. Whether the tokens make sense together is for who
/// walks to see. One thread; keeps its memory for the next text.
class JsonTokens
{
public:
    /// Longer texts cannot be indexed.
    static constexpr std::size_t kMaxSize = 0xFFFF0000;

    JsonTokens();
    JsonTokens(const JsonTokens&) = delete;
    JsonTokens& operator=(const JsonTokens&) = delete;
    ~JsonTokens();

    /// Indexes a text behind which 64 bytes can be read: one document or several. False where it is
    /// not UTF-8, holds a control character in a string, or ends in one, and where it is too long.
    bool index(std::string_view text);

    /// At the first token of the text that was indexed last, which outlives it.
    [[nodiscard]] JsonCursor cursor() const;

    /// What the inside of a string means; valid until the next index() or forgetTexts(). Nothing
    /// where an escape is broken.
    std::optional<std::string_view> decoded(std::string_view raw);

    /// Takes the room back that decoded() gave out.
    void forgetTexts() { m_decodedSize = 0; }

private:
    struct Parser;

    std::unique_ptr<Parser> m_parser;
    std::string_view m_text;
    std::unique_ptr<char[]>
        m_decoded; ///< as long as the text, which nothing decoded is longer than
    std::size_t m_decodedRoom = 0;
    std::size_t m_decodedSize = 0;
};

} // namespace tracestore
