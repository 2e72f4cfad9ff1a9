#pragma once

#include "tracestore/base/json_escapes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tracestore {

namespace json_bytes {

    constexpr std::array<std::int8_t, 256> depths()
    {
        std::array<std::int8_t, 256> table {};
        table['{'] = table['['] = 1;
        table['}'] = table[']'] = -1;
        return table;
    }

    /// How a byte changes the depth.
    inline constexpr std::array<std::int8_t, 256> kDepth = depths();

    constexpr std::array<bool, 256> noScalars()
    {
        std::array<bool, 256> table {};
        for (const char c : {'{', '[', '}', ']', ',', ':', '"', '\0'})
            table[static_cast<unsigned char>(c)] = true;
        return table;
    }

    /// What no number or word begins with.
    inline constexpr std::array<bool, 256> kIsNoScalar = noScalars();

} // namespace json_bytes

/// Walks over the tokens that a JsonTokens found. Every step checks that what it meets is what it
/// must be, and says no where it is not; the values that are passed over are looked at no closer
/// than their brackets. Nothing recurses but the caller.
class JsonCursor
{
public:
    JsonCursor() = default;

    JsonCursor(std::string_view text, std::span<const std::uint32_t> tokens)
        : m_text(text)
        , m_at(tokens.data())
        , m_end(tokens.data() + tokens.size())
    { }

    [[nodiscard]] bool isAtEnd() const { return m_at == m_end; }

    /// The first character of the token; NUL at the end.
    [[nodiscard]] char peek() const { return isAtEnd() ? '\0' : m_text[*m_at]; }

    /// Where the token stands in the text; its size at the end.
    [[nodiscard]] std::size_t offset() const { return isAtEnd() ? m_text.size() : *m_at; }

    /// Where the token before this one ends, if that is a bracket.
    [[nodiscard]] std::size_t endOfBracket() const { return m_at[-1] + std::size_t {1}; }

    [[nodiscard]] bool isNull() const { return peek() == 'n' && scalarHere() == "null"; }

    /// Passes over a string, of which it gives the inside, escapes as they are.
    bool takeString(std::string_view& raw)
    {
        if (peek() != '"')
            return false;
        const std::string_view token = scalarHere();
        if (token.size() < 2 || token.back() != '"')
            return false;
        raw = token.substr(1, token.size() - 2);
        ++m_at;
        return true;
    }

    /// Passes over a number or word.
    bool takeScalar(std::string_view& text)
    {
        if (peek() == '"' || !isFineScalar(peek()))
            return false;
        text = scalarHere();
        ++m_at;
        return true;
    }

    /// Passes over any value. No, where it is deeper than kMaxDepth or not what a strict parser
    /// wants, but for some escapes in strings.
    bool skip()
    {
        std::array<bool, kMaxDepth> isObject; // NOLINT: filled as far as it is used
        std::size_t depth = 0;
        for (;;) {
            const char first = peek();
            if (first == '{' || first == '[') {
                if (depth == kMaxDepth)
                    return false;
                isObject[depth++] = first == '{';
                ++m_at;
                if (peek() == (first == '{' ? '}' : ']')) {
                    ++m_at;
                    --depth;
                } else if (first == '{' && !passKey()) {
                    return false;
                } else {
                    continue;
                }
            } else if (isFineScalar(first)) {
                ++m_at;
            } else {
                return false;
            }
            while (depth > 0 && peek() == (isObject[depth - 1] ? '}' : ']')) {
                ++m_at;
                --depth;
            }
            if (depth == 0)
                return true;
            if (peek() != ',')
                return false;
            ++m_at;
            if (isObject[depth - 1] && !passKey())
                return false;
        }
    }

    /// Passes over an object or array, whatever is in it.
    bool skipBrackets()
    {
        int depth = 0;
        while (m_at != m_end) {
            depth += json_bytes::kDepth[static_cast<unsigned char>(m_text[*m_at++])];
            if (depth <= 0)
                return depth == 0;
        }
        return false;
    }

    /// Moves to the first token at or behind a place of the text.
    void moveTo(std::size_t offset)
    {
        while (m_at != m_end && *m_at < offset)
            ++m_at;
    }

    /// Walks over an object: `onMember(rawKey)` passes over the value and says whether it could.
    template<class OnMember>
    bool members(OnMember&& onMember)
    {
        if (peek() != '{')
            return false;
        ++m_at;
        if (peek() == '}') {
            ++m_at;
            return true;
        }
        for (;;) {
            std::string_view key;
            if (!takeString(key) || peek() != ':')
                return false;
            ++m_at;
            if (!onMember(key) || isAtEnd())
                return false;
            const char next = m_text[*m_at++];
            if (next == '}')
                return true;
            if (next != ',')
                return false;
        }
    }

    /// Walks over an array: `onElement()` passes over the element and says whether it could.
    template<class OnElement>
    bool elements(OnElement&& onElement)
    {
        if (peek() != '[')
            return false;
        ++m_at;
        if (peek() == ']') {
            ++m_at;
            return true;
        }
        for (;;) {
            if (!onElement() || isAtEnd())
                return false;
            const char next = m_text[*m_at++];
            if (next == ']')
                return true;
            if (next != ',')
                return false;
        }
    }

private:
    static constexpr std::size_t kMaxDepth = 200;

    bool passKey()
    {
        std::string_view key;
        if (!takeString(key) || peek() != ':')
            return false;
        ++m_at;
        return true;
    }

    /// Whether a token that is no bracket is a value.
    [[nodiscard]] bool isFineScalar(char first) const
    {
        if (first == '"')
            return !hasBrokenUnicode(scalarHere());
        if (json_bytes::kIsNoScalar[static_cast<unsigned char>(first)])
            return false;
        const std::string_view word = scalarHere();
        return isJsonNumber(word) || word == "true" || word == "false" || word == "null";
    }

    /// The text of the token, without the blanks behind it.
    [[nodiscard]] std::string_view scalarHere() const
    {
        const std::size_t start = *m_at;
        std::size_t end = m_at + 1 == m_end ? m_text.size() : m_at[1];
        while (end > start && static_cast<unsigned char>(m_text[end - 1]) <= ' ')
            --end;
        return m_text.substr(start, end - start);
    }

    std::string_view m_text;
    const std::uint32_t* m_at = nullptr;
    const std::uint32_t* m_end = nullptr;
};

} // namespace tracestore
