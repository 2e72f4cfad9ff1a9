#include "tracestore/analysis/word_bag.h"

#include "tracestore/query/text_fold.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    constexpr std::size_t kMaxRead = std::size_t {64} << 10U;

    // Sorted. The words that English cannot do without and that say nothing of the matter.
    constexpr std::array<std::string_view, 45> kFunctionWords {
        "a",     "about", "an",    "and", "any",    "are",   "as",   "at",   "be",
        "by",    "can",   "could", "do",  "does",   "for",   "from", "get",  "has",
        "have",  "how",   "i",     "in",  "is",     "it",    "its",  "me",   "my",
        "of",    "on",    "or",    "our", "please", "show",  "some", "that", "the",
        "there", "this",  "to",    "we",  "what",   "which", "will", "with", "you"};
    static_assert(std::ranges::is_sorted(kFunctionWords));

    bool isWordByte(char c)
    {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || byte >= 0x80;
    }

    bool holdsDigit(std::string_view word)
    {
        return word.find_first_of("0123456789") != std::string_view::npos;
    }

    /// The first step of Porter's stemmer (1980) and no more: plural endings.
    void takePluralOff(std::string& word)
    {
        if (word.size() > 4 && word.ends_with("ies"))
            word.replace(word.size() - 3, 3, "y");
        else if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss")
                 && !word.ends_with("us"))
            word.pop_back();
    }

} // namespace

std::vector<std::string> contentWords(std::string_view text)
{
    const std::string folded = foldedText(text.substr(0, kMaxRead));
    std::vector<std::string> words;
    for (auto at = folded.begin(); at != folded.end();) {
        at = std::find_if(at, folded.end(), isWordByte);
        const auto end = std::find_if_not(at, folded.end(), isWordByte);
        std::string word(at, end);
        at = end;
        if (word.empty() || std::ranges::binary_search(kFunctionWords, word))
            continue;
        if (!holdsDigit(word))
            takePluralOff(word);
        words.push_back(std::move(word));
    }
    return words;
}

WordBag wordBag(std::string_view text)
{
    WordBag bag;
    for (std::string& word : contentWords(text))
        ++bag[std::move(word)];
    return bag;
}

double diceSimilarity(const WordBag& a, const WordBag& b)
{
    int shared = 0;
    int all = 0;
    for (const auto& [word, count] : a) {
        const auto other = b.find(word);
        shared += other == b.end() ? 0 : std::min(count, other->second);
        all += count;
    }
    for (const auto& [word, count] : b)
        all += count;
    return all == 0 ? 1.0 : 2.0 * shared / all;
}

double wordingSimilarity(const WordBag& a, const WordBag& b)
{
    const auto hasOther = [](const WordBag& from, const WordBag& in) {
        return std::any_of(from.begin(), from.end(), [&](const auto& entry) {
            const auto other = in.find(entry.first);
            return holdsDigit(entry.first) && (other == in.end() || other->second != entry.second);
        });
    };
    return hasOther(a, b) || hasOther(b, a) ? 0.0 : diceSimilarity(a, b);
}

} // namespace tracestore
