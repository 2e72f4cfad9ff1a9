#include "tracestore/provenance/sought_text.h"

#include "tracestore/provenance/json_leaves.h"
#include "tracestore/query/json_unescape.h"
#include "tracestore/query/text_fold.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace tracestore {
namespace {

    // Sorted. Words that stand in any text and say nothing of where they came from.
    constexpr auto kEmptyWords = std::to_array<std::string_view>(
        {"a",     "about", "all",   "also", "an",   "and",   "any",   "are",  "as",    "at",
         "be",    "been",  "but",   "by",   "can",  "could", "did",   "do",   "does",  "error",
         "false", "for",   "from",  "get",  "had",  "has",   "have",  "he",   "her",   "his",
         "how",   "i",     "if",    "in",   "into", "is",    "it",    "its",  "me",    "my",
         "no",    "none",  "not",   "null", "of",   "ok",    "on",    "one",  "or",    "our",
         "she",   "so",    "some",  "than", "that", "the",   "their", "then", "there", "they",
         "this",  "to",    "true",  "was",  "we",   "were",  "what",  "when", "which", "who",
         "will",  "with",  "would", "yes",  "you",  "your"});
    static_assert(std::ranges::is_sorted(kEmptyWords));

    constexpr double kBitsPerDigit = 3.3;
    constexpr double kTelling = 12;

    double bitsOfNumber(std::string_view digits)
    {
        std::string significant;
        for (const char c : digits) {
            if (c >= '0' && c <= '9')
                significant += c;
        }
        significant.erase(0, significant.find_first_not_of('0'));
        const std::size_t last = significant.find_last_not_of('0');
        // Of 1200 the zeros are a habit of people, not of chance.
        const std::size_t count = last == std::string::npos ? 0 : last + 1;
        const std::size_t zeros = significant.size() - count;
        return kBitsPerDigit * (static_cast<double>(count) + 0.25 * static_cast<double>(zeros));
    }

    double bitsOfWord(std::string_view folded, bool isNumber)
    {
        if (isNumber)
            return bitsOfNumber(folded);
        if (std::ranges::binary_search(kEmptyWords, folded))
            return 1;
        const auto size = static_cast<double>(folded.size());
        const bool isMadeUp = folded.find_first_of("0123456789_") != std::string_view::npos;
        if (isMadeUp)
            return std::min(3.5 * size, 40.0);
        if (static_cast<unsigned char>(folded.front()) >= 0x80 && folded.size() <= 4)
            return 5; // one letter of a script that writes words alone
        return std::min(2 + 1.2 * size, 14.0);
    }

    bool endsSentence(std::string_view text, std::size_t at)
    {
        const char c = text[at];
        if (c == '\n')
            return true;
        const bool isStop = c == '.' || c == '!' || c == '?' || c == ';';
        return isStop && (at + 1 == text.size() || text[at + 1] == ' ' || text[at + 1] == '\n');
    }

} // namespace

SoughtText::SoughtText(std::string_view text)
    : m_form(formOf(text))
{
    m_isCut = text.size() > kMostBytes;
    const std::string_view whole = text.substr(0, kMostBytes);
    if (m_form == TextForm::Json)
        addValues(whole);
    if (m_pieces.empty()) {
        m_form = TextForm::Plain;
        m_isInString = false;
        addProse(whole, 0, {});
    }
    index();
}

void SoughtText::addValues(std::string_view json)
{
    visitJsonLeaves(json, [&](const JsonLeaf& leaf) {
        const std::string_view value = json.substr(leaf.offset, leaf.length);
        // What is true or null came from nowhere.
        m_isInString = leaf.isString;
        if (leaf.isString || value.find_first_of("0123456789") != std::string_view::npos)
            addProse(value, leaf.offset, leaf.path);
        return m_pieces.size() < kMostPieces;
    });
    if (m_pieces.size() >= kMostPieces)
        m_isCut = true;
}

/// Short texts are one piece; of longer ones each sentence or line is one.
void SoughtText::addProse(std::string_view text, std::size_t offset, const std::string& path)
{
    WordReader counter(text, m_form, m_isInString);
    Word word;
    std::size_t count = 0;
    while (count <= kMostWords && counter.next(word))
        ++count;
    if (count <= kMostWords && text.find('\n') == std::string_view::npos)
        return addPiece(text, offset, path);
    std::size_t begin = 0;
    count = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        count += text[at] == ' ' ? 1 : 0;
        const bool isEscapedLine
            = m_form == TextForm::Json && text[at] == '\\' && text.substr(at, 2) == "\\n";
        const bool isEnd = endsSentence(text, at) || isEscapedLine || count == kMostWords;
        if (!isEnd)
            continue;
        const std::size_t behind = at + (isEscapedLine ? 0 : 1);
        addPiece(text.substr(begin, behind - begin), offset + begin, path);
        begin = isEscapedLine ? at + 2 : behind;
        at = std::max(at, begin - 1);
        count = 0;
    }
    addPiece(text.substr(begin), offset + begin, path);
}

void SoughtText::addPiece(std::string_view text, std::size_t offset, const std::string& path)
{
    if (m_pieces.size() >= kMostPieces) {
        m_isCut = true;
        return;
    }
    SoughtPiece piece;
    WordReader reader(text, m_form, m_isInString);
    for (Word word; piece.words.size() < 2 * kMostWords && reader.next(word);)
        piece.words.push_back(wordOf(word, text));
    const auto isSame = [&](const SoughtPiece& other) {
        return other.words == piece.words && other.path == path;
    };
    if (piece.words.empty() || (m_pieces.size() < 64 && std::ranges::any_of(m_pieces, isSame)))
        return;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    piece.offset = offset + first;
    piece.length = last + 1 - first;
    piece.text = m_form == TextForm::Json ? plainJson(text.substr(first, piece.length), 1)
                                          : std::string(text.substr(first, piece.length));
    piece.path = path;
    const auto number = static_cast<std::uint32_t>(m_pieces.size());
    for (std::uint32_t i = 0; i < piece.words.size(); ++i) {
        SoughtWord& word = m_words[piece.words[i]];
        if (word.places.empty() || word.places.back().first != number)
            piece.bits += word.bits;
        word.places.emplace_back(number, i);
    }
    m_pieces.push_back(std::move(piece));
}

std::uint32_t SoughtText::wordOf(const Word& word, std::string_view text)
{
    const auto [known, isNew]
        = m_known.try_emplace(word.hash, static_cast<std::uint32_t>(m_words.size()));
    if (!isNew)
        return known->second;
    SoughtWord sought;
    sought.hash = word.hash;
    const std::string folded = comparableText(text.substr(word.offset, word.length), m_form);
    sought.bits = bitsOfWord(folded, word.isNumber);
    sought.isTelling = sought.bits >= kTelling
        && folded.find_first_of("0123456789_") != std::string::npos && folded.size() >= 4;
    m_words.push_back(std::move(sought));
    return known->second;
}

void SoughtText::index()
{
    const std::size_t size = std::bit_ceil(std::max<std::size_t>(4 * m_words.size(), 1024));
    m_table.assign(size, kNone);
    m_shift = 64U - static_cast<unsigned>(std::bit_width(size - 1));
    for (std::uint32_t i = 0; i < m_words.size(); ++i) {
        std::size_t at = m_words[i].hash >> m_shift;
        while (m_table[at & (size - 1)] != kNone)
            ++at;
        m_table[at & (size - 1)] = i;
    }
}

std::string comparableText(std::string_view text, TextForm form)
{
    const std::string folded
        = foldedText(form == TextForm::Json ? plainJson(text, kMostEscaped) : std::string(text));
    std::string line;
    line.reserve(folded.size());
    for (const char c : folded) {
        const bool isBlank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!isBlank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    if (line.ends_with(' '))
        line.pop_back();
    return line;
}

} // namespace tracestore
