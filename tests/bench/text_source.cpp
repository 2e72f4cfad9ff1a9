#include "tests/bench/text_source.h"

#include <array>
#include <string_view>

namespace bench {
namespace {

    constexpr auto kWords = std::to_array<std::string_view>(
        {"the",      "agent",   "reads",    "file",   "and",    "returns", "a",        "result",
         "of",       "search",  "function", "test",   "fails",  "because", "argument", "missing",
         "customer", "order",   "refund",   "asks",   "for",    "request", "should",   "be",
         "checked",  "before",  "we",       "call",   "tool",   "again",   "with",     "another",
         "value",    "größer",  "façade",   "naïve",  "Zürich", "данные",  "結果",     "検索",
         "model",    "context", "window",   "tokens", "budget", "plan",    "step",     "finally",
         "import",   "class",   "def",      "return", "const",  "auto",    "index",    "vector"});

    constexpr auto kBreaks = std::to_array<std::string_view>({". ",
                                                              ", ",
                                                              ".\n",
                                                              ":\n    ",
                                                              "\n\n",
                                                              "; ",
                                                              " \"quoted\" ",
                                                              " {\"key\": 17} ",
                                                              " C:\\temp\\x ",
                                                              "\t",
                                                              " – ",
                                                              " ✓ ",
                                                              " 🚀 "});

    /// As the inside of a JSON string; some of what is not ASCII as \u, as many programs write it.
    std::string escaped(std::string_view text)
    {
        std::string out;
        for (const char c : text) {
            if (c == '\n')
                out += "\\n";
            else if (c == '\t')
                out += "\\t";
            else if (c == '"' || c == '\\')
                out.append(1, '\\').append(1, c);
            else
                out += c;
        }
        return out;
    }

    void appendFrom(const std::vector<std::string>& phrases,
                    std::string& to,
                    RandomSource& random,
                    std::size_t length)
    {
        const std::size_t end = to.size() + length;
        while (to.size() < end)
            to += phrases[random.below(phrases.size())];
    }

} // namespace

TextSource::TextSource(std::uint64_t seed)
{
    constexpr std::size_t kPhrases = 4096;
    RandomSource random(seed);
    for (std::size_t i = 0; i < kPhrases; ++i) {
        std::string text;
        const std::size_t words = random.between(4, 14);
        for (std::size_t w = 0; w < words; ++w)
            text.append(w == 0 ? "" : " ").append(kWords[random.below(kWords.size())]);
        text += kBreaks[random.below(kBreaks.size())];
        std::string once = escaped(text);
        m_nested.push_back(escaped(once));
        if (random.isOneIn(16))
            once += "\\u00e9\\u2713 ";
        m_phrases.push_back(std::move(once));
    }
}

void TextSource::append(std::string& to, RandomSource& random, std::size_t length) const
{
    appendFrom(m_phrases, to, random, length);
}

void TextSource::appendNested(std::string& to, RandomSource& random, std::size_t length) const
{
    appendFrom(m_nested, to, random, length);
}

} // namespace bench
