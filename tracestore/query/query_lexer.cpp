#include "tracestore/query/query_lexer.h"

#include <algorithm>
#include <cctype>

namespace tracestore {
namespace {

    constexpr std::string_view kBlanks = " \t\r\n";

    class Lexer
    {
    public:
        explicit Lexer(std::string_view text)
            : m_text(text)
        { }

        QueryTokens run()
        {
            while (!m_result.error && skipBlanks())
                next();
            const std::size_t at = m_result.error ? m_result.error->position : m_text.size();
            m_result.tokens.push_back({QueryToken::Type::End, at, at, {}, {}});
            return std::move(m_result);
        }

    private:
        bool skipBlanks()
        {
            m_at = std::min(m_text.find_first_not_of(kBlanks, m_at), m_text.size());
            return m_at < m_text.size();
        }

        void next()
        {
            switch (m_text[m_at]) {
            case '(':
                return add(QueryToken::Type::Open, 1);
            case ')':
                return add(QueryToken::Type::Close, 1);
            case ',':
                return add(QueryToken::Type::Comma, 1);
            case '"':
            case '\'':
                return string();
            default:
                break;
            }
            if (const std::size_t length = operatorLength(m_at); length > 0)
                return add(QueryToken::Type::Operator, length);
            if (m_text[m_at] == '/' && isBehindTilde())
                return regex();
            word();
        }

        void add(QueryToken::Type type, std::size_t length)
        {
            m_result.tokens.push_back(
                {type, m_at, m_at + length, std::string(m_text.substr(m_at, length)), {}});
            m_at += length;
        }

        [[nodiscard]] std::size_t operatorLength(std::size_t at) const
        {
            const std::string_view rest = m_text.substr(at);
            for (const std::string_view two : {"==", "!=", "<=", ">=", "!~"}) {
                if (rest.starts_with(two))
                    return 2;
            }
            return rest.starts_with('=') || rest.starts_with('<') || rest.starts_with('>')
                    || rest.starts_with('~')
                ? 1
                : 0;
        }

        [[nodiscard]] bool isBehindTilde() const
        {
            return !m_result.tokens.empty()
                && (m_result.tokens.back().isOperator("~")
                    || m_result.tokens.back().isOperator("!~"));
        }

        /// Where the quote that opens at `open` closes; the end of the text where it does not.
        [[nodiscard]] std::size_t closing(std::size_t open) const
        {
            const char quote = m_text[open];
            std::size_t at = open + 1;
            while (at < m_text.size() && m_text[at] != quote)
                at += m_text[at] == '\\' ? 2 : 1;
            return std::min(at, m_text.size());
        }

        void string()
        {
            const std::size_t close = closing(m_at);
            if (close == m_text.size())
                return complain("The text that begins here has no closing quote.",
                                m_text[m_at] == '"' ? "Put a \" behind it." : "Put a ' behind it.");
            std::string inside = unescaped(m_text.substr(m_at + 1, close - m_at - 1));
            m_result.tokens.push_back(
                {QueryToken::Type::String, m_at, close + 1, std::move(inside), {}});
            m_at = close + 1;
        }

        static std::string unescaped(std::string_view text)
        {
            std::string plain;
            for (std::size_t i = 0; i < text.size(); ++i) {
                const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
                if (next == '"' || next == '\'' || next == '\\')
                    plain += text[++i];
                else if (next == 'n' || next == 't')
                    plain += text[++i] == 'n' ? '\n' : '\t';
                else
                    plain += text[i]; // `\d` stays: the text may be a regular expression
            }
            return plain;
        }

        void regex()
        {
            const std::size_t close = closing(m_at);
            if (close == m_text.size())
                return complain("The regular expression that begins here has no closing slash.",
                                "Put a / behind it.");
            std::size_t end = close + 1;
            while (end < m_text.size()
                   && std::isalpha(static_cast<unsigned char>(m_text[end])) != 0)
                ++end;
            QueryToken token {QueryToken::Type::Regex,
                              m_at,
                              end,
                              std::string(m_text.substr(m_at + 1, close - m_at - 1)),
                              std::string(m_text.substr(close + 1, end - close - 1))};
            if (token.flags.find_first_not_of("ims") != std::string::npos) {
                m_at = close + 1;
                return complain(
                    "`" + token.flags + "` are no flags of a regular expression.",
                    "Flags are i (any case), m (lines) and s (dot is also a line feed).",
                    end - close - 1);
            }
            m_result.tokens.push_back(std::move(token));
            m_at = end;
        }

        /// A word ends at a blank, a bracket, a comma or an operator. A quote inside it begins a
        /// part in quotes where the word is a path: `attr."a.b"`.
        void word()
        {
            const std::size_t begin = m_at;
            std::size_t at = m_at;
            while (at < m_text.size() && !isWordEnd(at)) {
                const bool isQuotedPart = m_text[at] == '"' && at > begin
                    && (m_text[at - 1] == '.' || m_text[at - 1] == '[');
                if (isQuotedPart && closing(at) == m_text.size()) {
                    m_at = at;
                    return complain("The name that begins here has no closing quote.",
                                    "Put a \" behind it.");
                }
                if (m_text[at] == '"' && !isQuotedPart)
                    break;
                at = isQuotedPart ? closing(at) + 1 : at + 1;
            }
            if (isRepeat(m_text.substr(begin, at - begin)))
                return repeat(at);
            add(QueryToken::Type::Word, at - begin);
        }

        static bool isRepeat(std::string_view word) { return isWord(word, "repeat"); }

        /// `repeat(args)` and `repeat(tool)` are names of fields, with the bracket.
        void repeat(std::size_t end)
        {
            const std::size_t close = m_text.find(')', end);
            if (end < m_text.size() && m_text[end] == '(' && close != std::string_view::npos) {
                std::string_view inside = m_text.substr(end + 1, close - end - 1);
                inside.remove_prefix(std::min(inside.find_first_not_of(kBlanks), inside.size()));
                inside = inside.substr(0, inside.find_last_not_of(kBlanks) + 1);
                for (const std::string_view name : {"args", "tool"}) {
                    if (!isWord(inside, name))
                        continue;
                    m_result.tokens.push_back({QueryToken::Type::Word,
                                               m_at,
                                               close + 1,
                                               "repeat(" + std::string(name) + ')',
                                               {}});
                    m_at = close + 1;
                    return;
                }
            }
            add(QueryToken::Type::Word, end - m_at);
        }

        [[nodiscard]] bool isWordEnd(std::size_t at) const
        {
            return std::string_view(" \t\r\n(),").find(m_text[at]) != std::string_view::npos
                || operatorLength(at) > 0;
        }

        void complain(std::string message, std::string hint, std::size_t length = 0)
        {
            m_result.error = QueryError {m_at,
                                         length > 0 ? length : m_text.size() - m_at,
                                         std::move(message),
                                         std::move(hint)};
        }

        std::string_view m_text;
        std::size_t m_at = 0;
        QueryTokens m_result;
    };

} // namespace

QueryTokens tokensOf(std::string_view text)
{
    return Lexer(text).run();
}

bool isWord(std::string_view word, std::string_view lower)
{
    return std::ranges::equal(word, lower, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    });
}

} // namespace tracestore
