#pragma once

#include "tracestore/provenance/word_reader.h"

#include <unordered_map>

namespace tracestore {

/// A piece of what is looked for: a value of a JSON text, a sentence or line of another, or all of
/// it where it is short. Each piece may come from somewhere else.
struct SoughtPiece
{
    std::string text; ///< as a reader sees it
    std::string path; ///< of a value in JSON; empty: the text is none
    std::size_t offset = 0; ///< in what is looked for, in bytes
    std::size_t length = 0;
    std::vector<std::uint32_t> words; ///< into SoughtText::words()
    double bits = 0; ///< what its distinct words say together
};

/// A distinct word that is looked for.
struct SoughtWord
{
    std::uint64_t hash = 0;

    /// How much a word of this sort says, in bits, before anything is known of how often it
    /// stands in the session: 1 for `the` or `true`, 3 a digit, up to 14 for a long word, up to 40
    /// for what only a machine makes up. Round figures say less.
    double bits = 0;

    bool isTelling
        = false; ///< enough by itself to be looked for in a piece of which no more stands
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places; ///< piece, and number in it
};

/// A text or JSON value, cut into the pieces and words that are looked for.
class SoughtText
{
public:
    static constexpr std::size_t kMostBytes = std::size_t {256} << 10U;
    static constexpr std::size_t kMostPieces = 400;
    static constexpr std::size_t kMostWords = 40; ///< of a piece

    explicit SoughtText(std::string_view text);

    [[nodiscard]] const std::vector<SoughtPiece>& pieces() const { return m_pieces; }

    [[nodiscard]] const std::vector<SoughtWord>& words() const { return m_words; }

    /// Into words(); nothing for a word that is not looked for.
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t hash) const
    {
        for (std::size_t at = hash >> m_shift;; ++at) {
            const std::uint32_t word = m_table[at & (m_table.size() - 1)];
            if (word == kNone)
                return std::nullopt;
            if (m_words[word].hash == hash)
                return word;
        }
    }

    /// There was more than is looked for.
    [[nodiscard]] bool isCut() const { return m_isCut; }

private:
    static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

    void addValues(std::string_view json);
    void addProse(std::string_view text, std::size_t offset, const std::string& path);
    void addPiece(std::string_view text, std::size_t offset, const std::string& path);
    std::uint32_t wordOf(const Word& word, std::string_view text);
    void index();

    TextForm m_form;
    bool m_isInString = false; ///< what is read stands in a string of JSON
    std::vector<SoughtPiece> m_pieces;
    std::vector<SoughtWord> m_words;
    std::unordered_map<std::uint64_t, std::uint32_t> m_known; ///< words by their hash
    std::vector<std::uint32_t> m_table; ///< of indexes into m_words, by the high bits of the hash
    unsigned m_shift = 0;
    bool m_isCut = false;
};

/// A text with its letters folded and its blanks, also those at its ends, made one or none: two
/// texts for which this is equal are the same to a reader.
std::string comparableText(std::string_view text, TextForm form);

} // namespace tracestore
