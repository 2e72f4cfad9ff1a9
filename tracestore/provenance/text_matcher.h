#pragma once

#include "tracestore/provenance/sought_text.h"

namespace tracestore {

/// How a stretch of a text says what a piece of the sought text says.
enum class FindKind : std::uint8_t
{
    Exact, ///< letter by letter but for case, blanks and escapes, or the same number
    SameWords, ///< with other signs between its words
    Near, ///< most of its words
    Part ///< some words of it that follow each other, as they stand in it
};

struct TextFind
{
    std::uint32_t piece = 0;
    std::uint32_t offset = 0; ///< in the text that was searched, in bytes
    std::uint32_t length = 0;
    FindKind kind = FindKind::Exact;
    std::vector<std::uint32_t> words; ///< that both have; into SoughtText::words()
    double share = 1; ///< of the piece that it holds, by what its words say
    double order = 1; ///< how many of these stand in the order in which the piece has them
    std::uint32_t strange = 0; ///< words of the stretch that the piece does not have
};

/// Looks for the pieces of a text in others, in one pass over each. A piece is found
/// - exactly: all its words in their order, and the same signs between them;
/// - nearly: words that carry half of what it says, in a stretch not much longer than it is;
/// - in part: a run of its words, or a single word that is telling enough (a number, a name made by
///   a machine).
/// One thread.
class TextMatcher
{
public:
    /// The sought text outlives this.
    explicit TextMatcher(const SoughtText& sought);

    /// The best find of each piece that is in the text. Counts the text for textsWith().
    const std::vector<TextFind>& search(std::string_view text);

    /// In how many of the texts searched so far a word stood.
    [[nodiscard]] std::uint32_t textsWith(std::uint32_t word) const { return m_textsWith[word]; }

    [[nodiscard]] std::uint32_t texts() const { return m_texts; }

private:
    /// A word of the text that is one of the sought.
    struct Hit
    {
        std::uint32_t word = 0;
        std::uint32_t number = 0; ///< among the words of the text
        std::uint32_t offset = 0;
        std::uint32_t length = 0;
    };

    /// Hits of a piece from `first` up to `last`, and what they say.
    struct Stretch
    {
        std::size_t first = 0;
        std::size_t last = 0; ///< the one behind
        double bits = 0;
    };

    void readHits(std::string_view text);
    void count();
    void findPiece(std::uint32_t piece, const std::vector<std::uint32_t>& hits);
    [[nodiscard]] Stretch densest(const SoughtPiece& piece, const std::vector<std::uint32_t>& hits);
    [[nodiscard]] std::size_t tellingWords(const std::vector<std::uint32_t>& hits,
                                           const Stretch& stretch) const;
    [[nodiscard]] Stretch longestRun(std::uint32_t piece,
                                     const std::vector<std::uint32_t>& hits) const;
    [[nodiscard]] double orderOf(const SoughtPiece& piece,
                                 const std::vector<std::uint32_t>& hits,
                                 const Stretch& stretch) const;
    void addFind(std::uint32_t piece,
                 const std::vector<std::uint32_t>& hits,
                 const Stretch& part,
                 FindKind kind);

    const SoughtText& m_sought;
    std::string_view m_text;
    TextForm m_form = TextForm::Plain;
    std::vector<Hit> m_hits;
    std::vector<std::vector<std::uint32_t>> m_hitsOf; ///< by piece, into m_hits
    std::vector<std::uint32_t> m_touched; ///< pieces with hits
    std::vector<std::uint32_t> m_textsWith; ///< by word
    std::vector<std::uint32_t> m_lastText; ///< by word: the text in which it was counted last
    std::vector<std::uint32_t> m_window; ///< by word: how often it is in the window
    std::vector<std::string> m_comparable; ///< by piece
    std::vector<TextFind> m_finds;
    std::uint32_t m_texts = 0;
};

} // namespace tracestore
