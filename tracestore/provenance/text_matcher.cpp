#include "tracestore/provenance/text_matcher.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr double kLeastShare = 0.5; ///< of a piece that is nearly there
    constexpr double kEmptyBits = 1.5; ///< words up to this say nothing of where a text is from
    constexpr double kLeastRun = 28; ///< bits of a part of a piece
    constexpr std::size_t kLeastRunWords = 4;
    constexpr std::size_t kMostHitsOfPiece = 4096; ///< in one text
    constexpr std::size_t kMostLooks = 50'000;

} // namespace

TextMatcher::TextMatcher(const SoughtText& sought)
    : m_sought(sought)
    , m_hitsOf(sought.pieces().size())
    , m_textsWith(sought.words().size())
    , m_lastText(sought.words().size())
    , m_window(sought.words().size())
{
    for (const SoughtPiece& piece : sought.pieces())
        m_comparable.push_back(comparableText(piece.text, TextForm::Plain));
}

const std::vector<TextFind>& TextMatcher::search(std::string_view text)
{
    m_finds.clear();
    m_text = text;
    ++m_texts;
    readHits(text);
    if (m_hits.empty())
        return m_finds;
    count();
    for (const std::uint32_t piece : m_touched) {
        findPiece(piece, m_hitsOf[piece]);
        m_hitsOf[piece].clear();
    }
    m_touched.clear();
    return m_finds;
}

void TextMatcher::readHits(std::string_view text)
{
    m_form = formOf(text);
    m_hits.clear();
    WordReader reader(text, m_form);
    std::uint32_t number = 0;
    for (Word word; reader.next(word); ++number) {
        if (const auto found = m_sought.find(word.hash))
            m_hits.push_back({*found, number, word.offset, word.length});
    }
}

/// Notes the texts of each word, and hands the hits to the pieces they are of.
void TextMatcher::count()
{
    for (std::uint32_t i = 0; i < m_hits.size(); ++i) {
        const std::uint32_t word = m_hits[i].word;
        if (m_lastText[word] != m_texts) {
            m_lastText[word] = m_texts;
            ++m_textsWith[word];
        }
        for (const auto& [piece, number] : m_sought.words()[word].places) {
            std::vector<std::uint32_t>& hits = m_hitsOf[piece];
            if (hits.empty())
                m_touched.push_back(piece);
            if (hits.size() < kMostHitsOfPiece && (hits.empty() || hits.back() != i))
                hits.push_back(i);
        }
    }
}

void TextMatcher::findPiece(std::uint32_t number, const std::vector<std::uint32_t>& hits)
{
    const SoughtPiece& piece = m_sought.pieces()[number];
    const Stretch run = longestRun(number, hits);
    if (run.last - run.first == piece.words.size())
        return addFind(number, hits, run, FindKind::Exact);
    const Stretch dense = densest(piece, hits);
    if (dense.bits >= kLeastShare * piece.bits && tellingWords(hits, dense) > 1)
        return addFind(number, hits, dense, FindKind::Near);
    const bool isTelling = std::any_of(
        hits.begin() + static_cast<std::ptrdiff_t>(run.first),
        hits.begin() + static_cast<std::ptrdiff_t>(run.last),
        [&](std::uint32_t hit) { return m_sought.words()[m_hits[hit].word].isTelling; });
    if (isTelling || (run.bits >= kLeastRun && run.last - run.first >= kLeastRunWords))
        addFind(number, hits, run, FindKind::Part);
}

/// The stretch, not much longer than the piece, in which most of the piece is. Empty words at its
/// ends would make it longer for nothing.
TextMatcher::Stretch TextMatcher::densest(const SoughtPiece& piece,
                                          const std::vector<std::uint32_t>& hits)
{
    const std::size_t width = piece.words.size() + piece.words.size() / 4 + 2;
    Stretch best;
    double bits = 0;
    std::size_t first = 0;
    const auto leave = [&](std::uint32_t hit) {
        const std::uint32_t word = m_hits[hit].word;
        if (--m_window[word] == 0)
            bits -= m_sought.words()[word].bits;
    };
    for (std::size_t last = 0; last < hits.size(); ++last) {
        const Hit& hit = m_hits[hits[last]];
        if (m_window[hit.word]++ == 0)
            bits += m_sought.words()[hit.word].bits;
        const auto isNoBeginning = [&](const Hit& one) {
            return first < last
                && (m_window[one.word] > 1 || m_sought.words()[one.word].bits <= kEmptyBits);
        };
        while (hit.number - m_hits[hits[first]].number >= width
               || isNoBeginning(m_hits[hits[first]]))
            leave(hits[first++]);
        if (bits > best.bits + kEmptyBits || (best.last == 0 && bits > 0))
            best = {first, last + 1, bits};
    }
    while (first < hits.size())
        leave(hits[first++]);
    return best;
}

/// How many of its words say anything.
std::size_t TextMatcher::tellingWords(const std::vector<std::uint32_t>& hits,
                                      const Stretch& stretch) const
{
    std::size_t count = 0;
    for (std::size_t i = stretch.first; i < stretch.last; ++i)
        count += m_sought.words()[m_hits[hits[i]].word].bits > kEmptyBits ? 1 : 0;
    return count;
}

/// The words that follow each other here as they do in the piece, and say the most.
TextMatcher::Stretch TextMatcher::longestRun(std::uint32_t number,
                                             const std::vector<std::uint32_t>& hits) const
{
    const SoughtPiece& piece = m_sought.pieces()[number];
    Stretch best;
    std::size_t looks = 0; // a word that is repeated on both sides would make them quadratic
    for (std::size_t first = 0; first < hits.size() && looks < kMostLooks; ++first) {
        const SoughtWord& begin = m_sought.words()[m_hits[hits[first]].word];
        for (const auto& [ofPiece, start] : begin.places) {
            if (ofPiece != number)
                continue;
            // A run that goes on from the word before was seen from there.
            const bool goesOn = first > 0 && start > 0
                && m_hits[hits[first - 1]].number + 1 == m_hits[hits[first]].number
                && piece.words[start - 1] == m_hits[hits[first - 1]].word;
            if (goesOn)
                continue;
            Stretch run {first, first, 0};
            for (std::size_t at = start; at < piece.words.size() && run.last < hits.size(); ++at) {
                const Hit& hit = m_hits[hits[run.last]];
                const bool isNext
                    = run.last == first || m_hits[hits[run.last - 1]].number + 1 == hit.number;
                if (!isNext || hit.word != piece.words[at])
                    break;
                run.bits += m_sought.words()[hit.word].bits;
                ++run.last;
                ++looks;
            }
            if (run.bits > best.bits)
                best = run;
        }
    }
    return best;
}

/// The longest row of words that stand in the order of the piece, as a share of all.
double TextMatcher::orderOf(const SoughtPiece& piece,
                            const std::vector<std::uint32_t>& hits,
                            const Stretch& stretch) const
{
    std::vector<std::size_t> rows; // the least place at which a row of each length can end
    std::size_t count = 0;
    for (std::size_t i = stretch.first; i < stretch.last; ++i) {
        const auto found = std::ranges::find(piece.words, m_hits[hits[i]].word);
        const auto place = static_cast<std::size_t>(found - piece.words.begin());
        const auto longer = std::ranges::lower_bound(rows, place);
        if (longer == rows.end())
            rows.push_back(place);
        else
            *longer = place;
        ++count;
    }
    return count == 0 ? 1 : static_cast<double>(rows.size()) / static_cast<double>(count);
}

void TextMatcher::addFind(std::uint32_t number,
                          const std::vector<std::uint32_t>& hits,
                          const Stretch& part,
                          FindKind kind)
{
    const SoughtPiece& piece = m_sought.pieces()[number];
    const Hit& first = m_hits[hits[part.first]];
    const Hit& last = m_hits[hits[part.last - 1]];
    TextFind find;
    find.piece = number;
    find.offset = first.offset;
    find.length = last.offset + last.length - first.offset;
    find.kind = kind;
    for (std::size_t i = part.first; i < part.last; ++i)
        find.words.push_back(m_hits[hits[i]].word);
    std::ranges::sort(find.words);
    find.words.erase(std::unique(find.words.begin(), find.words.end()), find.words.end());
    const auto length = static_cast<std::uint32_t>(part.last - part.first);
    find.strange = last.number - first.number + 1 - length;
    if (kind != FindKind::Exact)
        find.share = std::min(1.0, part.bits / std::max(piece.bits, 1.0));
    if (kind == FindKind::Near)
        find.order = orderOf(piece, hits, part);
    // A number may be written otherwise; of anything else the signs count too.
    const bool isNumber = piece.words.size() == 1
        && m_comparable[number].find_first_not_of("0123456789.,+- ") == std::string::npos;
    if (kind == FindKind::Exact && !isNumber) {
        const std::string here = comparableText(m_text.substr(find.offset, find.length), m_form);
        if (m_comparable[number].find(here) == std::string::npos)
            find.kind = FindKind::SameWords;
    }
    m_finds.push_back(std::move(find));
}

} // namespace tracestore
