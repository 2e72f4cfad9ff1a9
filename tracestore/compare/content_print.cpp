#include "tracestore/compare/content_print.h"

#include "tracestore/base/hash.h"
#include "tracestore/query/json_unescape.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace tracestore {
namespace {

    constexpr std::string_view kBlanks = " \t\r\n";

    bool isBlank(char c)
    {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    std::string_view withoutBlanks(std::string_view text)
    {
        const std::size_t first = text.find_first_not_of(kBlanks);
        if (first == std::string_view::npos)
            return {};
        return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
    }

    ContentPrint mixed(ContentPrint value)
    {
        value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
        value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
        return value ^ (value >> 31U);
    }

    ContentPrint bytesPrint(std::string_view bytes, std::uint64_t seed)
    {
        return chainedChecksum(seed, bytes) | 1U;
    }

    /// Reads JSON once and sums up its values.
    class JsonPrinter
    {
    public:
        explicit JsonPrinter(std::string_view text)
            : m_text(text)
        { }

        /// Nothing where the text is no JSON.
        std::optional<ContentPrint> print()
        {
            for (;;) {
                const auto value = beginValue();
                if (!value) {
                    if (m_isWrong)
                        return {};
                    continue;
                }
                ContentPrint done = *value;
                while (m_depth > 0) {
                    add(done);
                    skipBlanks();
                    const char c = take();
                    if (c == ',') {
                        if (top().isObject && !readKey())
                            return {};
                        break;
                    }
                    if (c != (top().isObject ? '}' : ']'))
                        return {};
                    done = close();
                }
                if (m_depth == 0) {
                    skipBlanks();
                    return m_at == m_text.size() ? std::optional(done) : std::nullopt;
                }
            }
        }

    private:
        /// Without initialisers: most texts need few of them.
        struct Level
        {
            bool isObject;
            ContentPrint key;
            ContentPrint sum;
        };

        Level& top() { return m_levels[m_depth - 1]; }

        char take() { return m_at < m_text.size() ? m_text[m_at++] : '\0'; }

        void skipBlanks()
        {
            while (m_at < m_text.size() && isBlank(m_text[m_at]))
                ++m_at;
        }

        std::optional<ContentPrint> wrong()
        {
            m_isWrong = true;
            return {};
        }

        /// The value that begins here, where it ends before another one begins.
        std::optional<ContentPrint> beginValue()
        {
            skipBlanks();
            if (m_at == m_text.size())
                return wrong();
            const char c = m_text[m_at];
            if (c == '"') {
                const auto string = readString();
                return string ? std::optional(bytesPrint(*string, 's')) : wrong();
            }
            if (c != '{' && c != '[')
                return scalar();
            if (m_depth == m_levels.size())
                return wrong();
            ++m_at;
            m_levels[m_depth++] = {c == '{', 0, 0};
            skipBlanks();
            if (m_at < m_text.size() && m_text[m_at] == (c == '{' ? '}' : ']')) {
                ++m_at;
                return close();
            }
            return c == '{' && !readKey() ? wrong() : std::nullopt;
        }

        ContentPrint close()
        {
            const Level level = top();
            --m_depth;
            return mixed(level.sum + (level.isObject ? 3 : 5)) | 1U;
        }

        void add(ContentPrint value)
        {
            // Members in any order: a sum. Elements: one after another.
            if (top().isObject)
                top().sum += mixed(top().key * 31 + value);
            else
                top().sum = mixed(top().sum * 31 + value);
        }

        bool readKey()
        {
            skipBlanks();
            if (m_at == m_text.size() || m_text[m_at] != '"')
                return false;
            const auto key = readString();
            if (!key)
                return false;
            top().key = bytesPrint(*key, 'k');
            skipBlanks();
            return take() == ':';
        }

        std::optional<std::string_view> readString()
        {
            const std::size_t first = ++m_at;
            bool hasEscape = false;
            for (; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
                if (m_text[m_at] != '\\')
                    continue;
                hasEscape = true;
                ++m_at;
            }
            if (m_at >= m_text.size())
                return {};
            const std::string_view raw = m_text.substr(first, m_at - first);
            ++m_at;
            if (!hasEscape)
                return raw;
            m_unescaped = plainJson(raw, 1);
            return m_unescaped;
        }

        std::optional<ContentPrint> scalar()
        {
            const std::size_t end
                = std::min(m_text.find_first_of(",]} \t\r\n", m_at), m_text.size());
            const std::string_view word = m_text.substr(m_at, end - m_at);
            m_at = end;
            if (word == "true" || word == "false" || word == "null")
                return bytesPrint(word, 'w');
            double number = 0;
            const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
            if (read.ec == std::errc::invalid_argument || read.ptr != word.data() + word.size())
                return wrong();
            // 1.0 and 1 are one; beyond what a double holds exactly the digits tell.
            constexpr double kExact = 9007199254740992.0;
            if (read.ec != std::errc() || std::fabs(number) >= kExact || !std::isfinite(number))
                return bytesPrint(word, 'n');
            return mixed(static_cast<ContentPrint>(std::hash<double>()(number))) | 1U;
        }

        std::string_view m_text;
        std::size_t m_at = 0;
        std::array<Level, 512> m_levels; // NOLINT: filled as far as it is used
        std::size_t m_depth = 0;
        bool m_isWrong = false;
        std::string m_unescaped;
    };

} // namespace

ContentPrint combined(ContentPrint first, ContentPrint second)
{
    return mixed(first * 0x9E3779B97F4A7C15U + second) | 1U;
}

ContentPrint textPrint(std::string_view text)
{
    text = withoutBlanks(text);
    return text.empty() ? 0 : bytesPrint(text, 's');
}

ContentPrint jsonPrint(std::string_view text)
{
    text = withoutBlanks(text);
    if (text.empty())
        return 0;
    if (text.front() != '{' && text.front() != '[' && text.front() != '"')
        return textPrint(text);
    const auto print = JsonPrinter(text).print();
    if (print && text.front() == '"') {
        // A string in which JSON stands is that JSON: formats pack results more than once.
        const std::string inside = plainJson(text.substr(1, text.size() - 2), 1);
        const std::string_view trimmed = withoutBlanks(inside);
        const bool isJson = !trimmed.empty() && (trimmed.front() == '{' || trimmed.front() == '[');
        const auto inner = isJson ? JsonPrinter(trimmed).print() : std::nullopt;
        return inner ? *inner : textPrint(inside);
    }
    return print ? *print : textPrint(text);
}

} // namespace tracestore
