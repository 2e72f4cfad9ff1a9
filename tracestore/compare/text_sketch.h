#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tracestore {

/// What is kept of the words of a text to tell how much it shares with another: the least hashes
/// of its words (bottom-k sketch; Broder 1997, "On the resemblance and containment of documents").
/// Texts of few words are kept whole, so small ones are compared exactly.
class TextSketch
{
public:
    static constexpr std::size_t kWords = 24;

    /// Adds the words of a text; of one that is longer than `most` bytes those of its beginning and
    /// its end.
    void add(std::string_view text, std::size_t most = 2048);

    [[nodiscard]] bool isEmpty() const { return m_count == 0; }

    /// The part of all words that both have (Jaccard), from 0 to 1; estimated where there are many.
    /// 0 where both are empty: nothing is known then.
    [[nodiscard]] float likeness(const TextSketch& other) const;

private:
    void addWords(std::string_view text);
    void addWord(std::uint32_t hash);

    /// Greater hashes are not among the least.
    [[nodiscard]] std::uint32_t limit() const
    {
        return m_count < kWords ? ~std::uint32_t {0} : m_least.back();
    }

    std::array<std::uint32_t, kWords> m_least {}; ///< rising
    std::uint8_t m_count = 0;
};

} // namespace tracestore
