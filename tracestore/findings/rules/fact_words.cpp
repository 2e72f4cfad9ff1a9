#include "tracestore/findings/rules/fact_words.h"

#include <algorithm>
#include <array>
#include <string>

namespace tracestore {
namespace {

    constexpr std::size_t kLeastLetters = 4;
    constexpr std::size_t kLeastDigits = 2;

    /// `allergy` and `allergies` begin alike; that other words do too only makes a miss.
    constexpr std::size_t kStem = 5;

    constexpr std::array<std::string_view, 52> kAnyText {
        "about",   "after", "again",        "also",    "answer", "assistant", "been",    "before",
        "between", "calls", "conversation", "could",   "done",   "each",      "error",   "file",
        "files",   "from",  "have",         "into",    "more",   "most",      "name",    "need",
        "next",    "null",  "only",         "other",   "read",   "result",    "results", "some",
        "step",    "steps", "such",         "summary", "text",   "that",      "their",   "then",
        "there",   "these", "they",         "this",    "tool",   "true",      "user",    "were",
        "what",    "when",  "which",        "with"};

    bool isFactLetter(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    bool isFactDigit(char c)
    {
        return c >= '0' && c <= '9';
    }

} // namespace

void FactWords::add(std::string_view text)
{
    std::string word;
    const auto take = [&] {
        const bool isNumber = !word.empty() && isFactDigit(word.front());
        if (word.size() >= (isNumber ? kLeastDigits : kLeastLetters)
            && std::ranges::find(kAnyText, word) == kAnyText.end())
            m_words.insert(std::hash<std::string_view> {}(
                isNumber ? std::string_view(word) : std::string_view(word).substr(0, kStem)));
        word.clear();
    };
    for (const char c : text) {
        const bool isLetter = isFactLetter(c);
        // `table7` are two of them: in prose it says `table 7`.
        if (!word.empty() && isFactDigit(word.front()) != isFactDigit(c))
            take();
        if (isLetter)
            word += static_cast<char>(c | 0x20);
        else if (isFactDigit(c))
            word += c;
        else
            take();
    }
    take();
}

void FactWords::add(const FactWords& other)
{
    m_words.insert(other.m_words.begin(), other.m_words.end());
}

void FactWords::remove(const FactWords& other)
{
    for (const std::size_t word : other.m_words)
        m_words.erase(word);
}

bool FactWords::hasAnyOf(const FactWords& other) const
{
    return std::ranges::any_of(other.m_words,
                               [&](std::size_t word) { return m_words.contains(word); });
}

bool hasTellableWords(std::string_view text)
{
    const auto others = std::ranges::count_if(text, [](char c) { return (c & 0x80) != 0; });
    return static_cast<std::size_t>(others) * 10 < text.size();
}

} // namespace tracestore
