#include "engine/agent/planning/phrases.h"

#include "tracestore/query/text_fold.h"

#include <algorithm>

namespace engine {
namespace {

    constexpr std::size_t kMaxPhraseText = std::size_t {64} << 10U;
    constexpr std::string_view kCurvedApostrophe = "\xE2\x80\x99";

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
    std::string folded = tracestore::foldedText(text.substr(0, kMaxPhraseText));
    for (std::size_t at = folded.find(kCurvedApostrophe); at != std::string::npos;
         at = folded.find(kCurvedApostrophe, at))
        folded.replace(at, kCurvedApostrophe.size(), "'");
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
