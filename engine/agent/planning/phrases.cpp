#include "engine/agent/planning/phrases.h"

#include "tracestore/query/text_fold.h"

#include <algorithm>
#include <utility>

namespace engine {
namespace {

    constexpr std::size_t kMaxPhraseText = std::size_t {64} << 10U;
    /// Signs that are written otherwise elsewhere, and what they count as here.
    constexpr auto kSameSigns = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"\u2019", "'"},
        {"\u3002", "."}, // full stop, and full-width ! ? , : ;
        {"\uFF01", "!"},
        {"\uFF1F", "?"},
        {"\uFF0C", ","},
        {"\uFF1A", ":"},
        {"\uFF1B", ";"},
        {"\u3001", ","},
        {"\u00BF", ","}, // of Spanish, before a question
        {"\u00A1", ","},
        {"\u00AB", ","}, // quotation marks
        {"\u00BB", ","},
    });

    std::string plainSigns(std::string_view text)
    {
        std::string plain = tracestore::foldedText(text);
        for (const auto& [sign, same] : kSameSigns) {
            std::string replaced;
            std::size_t from = 0;
            for (std::size_t at = plain.find(sign); at != std::string::npos;
                 at = plain.find(sign, from)) {
                replaced.append(plain, from, at - from).append(same);
                from = at + sign.size();
            }
            if (from > 0)
                plain = replaced.append(plain, from);
        }
        return plain;
    }

    bool isPhraseByte(char c)
    {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || byte >= 0x80
            || c == '\'' || c == '-';
    }

} // namespace

PhraseText::PhraseText(std::string_view text)
    : m_text(" ")
{
    const std::string folded = plainSigns(text.substr(0, kMaxPhraseText));
    bool isInSentence = false;
    for (auto at = folded.begin(); at != folded.end();) {
        if (isPhraseByte(*at)) {
            const auto end = std::find_if_not(at, folded.end(), isPhraseByte);
            m_text.append(at, end);
            m_text += ' ';
            ++m_wordCount;
            isInSentence = true;
            at = end;
            continue;
        }
        if (isInSentence && std::string_view(".!?\n").find(*at) != std::string_view::npos) {
            ++m_sentenceCount;
            isInSentence = false;
        }
        ++at;
    }
    m_sentenceCount += isInSentence ? 1 : 0;
}

double PhraseText::countAnywhere(std::span<const std::string_view> phrases) const
{
    double count = 0;
    for (const std::string_view phrase : phrases) {
        for (std::size_t at = m_text.find(phrase); at != std::string::npos;
             at = m_text.find(phrase, at + phrase.size()))
            ++count;
    }
    return count;
}

double PhraseText::count(std::span<const std::string_view> phrases) const
{
    double count = 0;
    for (const std::string_view phrase : phrases) {
        const std::string padded = ' ' + std::string(phrase) + ' ';
        for (std::size_t at = m_text.find(padded); at != std::string::npos;
             at = m_text.find(padded, at + padded.size() - 1))
            ++count;
    }
    return count;
}

} // namespace engine
