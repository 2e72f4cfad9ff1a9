#include "tracestore/base/json_repair.h"

#include "tracestore/base/json_io.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace tracestore {
namespace {

    constexpr std::string_view kReplacement = "\\ufffd";
    constexpr std::array<std::string_view, 4> kWords {"-Infinity", "Infinity", "NaN", "nan"};

    bool isNumberPart(char c)
    {
        return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
    }

    bool isTooBig(const std::string& number)
    {
        const bool isInteger = number.find_first_of(".eE") == std::string::npos;
        return isInteger ? number.size() >= 20
                         : !std::isfinite(std::strtod(number.c_str(), nullptr));
    }

    /// Copies a text from front to back, repairing on the way.
    class Repairer
    {
    public:
        explicit Repairer(std::string_view text)
            : m_text(text)
        {
            m_result.reserve(text.size() + 16);
        }

        std::string run()
        {
            while (m_at < m_text.size()) {
                if (m_text[m_at] == '"')
                    copyString();
                else if (!quoteWord() && !copyNumber())
                    m_result += m_text[m_at++];
            }
            return std::move(m_result);
        }

    private:
        bool quoteWord()
        {
            for (const std::string_view word : kWords) {
                if (m_text.substr(m_at).starts_with(word)) {
                    m_result.append(1, '"').append(word).append(1, '"');
                    m_at += word.size();
                    return true;
                }
            }
            return false;
        }

        bool copyNumber()
        {
            const char first = m_text[m_at];
            if (first != '-' && (first < '0' || first > '9'))
                return false;
            std::size_t length = 0;
            while (m_at + length < m_text.size() && isNumberPart(m_text[m_at + length]))
                ++length;
            const std::string number(m_text.substr(m_at, length));
            m_result += isTooBig(number) ? '"' + number + '"' : number;
            m_at += length;
            return true;
        }

        void copyString()
        {
            m_result += m_text[m_at++];
            while (m_at < m_text.size()) {
                const char c = m_text[m_at];
                if (c == '\\') {
                    copyEscape();
                } else if (static_cast<unsigned char>(c) < 0x20) {
                    char escape[8];
                    std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
                    m_result += escape;
                    ++m_at;
                } else {
                    m_result += c;
                    ++m_at;
                    if (c == '"')
                        return;
                }
            }
        }

        void copyEscape()
        {
            if (m_at + 1 >= m_text.size()) {
                ++m_at;
                return;
            }
            const char escaped = m_text[m_at + 1];
            if (escaped == 'u') {
                copyUnicode();
            } else if (std::string_view("\"\\/bfnrt").find(escaped) != std::string_view::npos) {
                m_result += m_text.substr(m_at, 2);
                m_at += 2;
            } else {
                ++m_at;
            }
        }

        void copyUnicode()
        {
            const auto unit = unitAt(m_at);
            const bool isHigh = unit && *unit >= 0xD800 && *unit <= 0xDBFF;
            const bool isLow = unit && *unit >= 0xDC00 && *unit <= 0xDFFF;
            const auto second = isHigh ? unitAt(m_at + 6) : std::nullopt;
            if (second && *second >= 0xDC00 && *second <= 0xDFFF) {
                m_result += m_text.substr(m_at, 12);
                m_at += 12;
            } else if (unit && !isHigh && !isLow) {
                m_result += m_text.substr(m_at, 6);
                m_at += 6;
            } else {
                m_result += kReplacement;
                m_at += unit ? 6 : 2;
            }
        }

        /// The value of `\uXXXX` at a place; nothing where there is none.
        [[nodiscard]] std::optional<unsigned> unitAt(std::size_t at) const
        {
            if (m_text.size() < at + 6 || m_text[at] != '\\' || m_text[at + 1] != 'u')
                return {};
            unsigned value = 0;
            for (const char c : m_text.substr(at + 2, 4)) {
                const bool isDigit = c >= '0' && c <= '9';
                const char lower = static_cast<char>(c | 0x20);
                if (!isDigit && (lower < 'a' || lower > 'f'))
                    return {};
                value = value * 16 + static_cast<unsigned>(isDigit ? c - '0' : lower - 'a' + 10);
            }
            return value;
        }

        std::string_view m_text;
        std::size_t m_at = 0;
        std::string m_result;
    };

} // namespace

std::string repairedJson(std::string_view text)
{
    const std::string valid = toValidUtf8(text);
    return Repairer(valid).run();
}

} // namespace tracestore
