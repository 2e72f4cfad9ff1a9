#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace engine {

/// A text in which phrases can be counted as whole words, whatever the case, the white space and
/// the shape of the apostrophe. Reads at most the first 64 kB.
class PhraseText
{
public:
    explicit PhraseText(std::string_view text);

    /// How often the phrases are there, all together.
    [[nodiscard]] double count(std::span<const std::string_view> phrases) const;

    /// The same where words are not parted by blanks: phrases are found anywhere.
    [[nodiscard]] double countAnywhere(std::span<const std::string_view> phrases) const;

    /// All words with a blank before, between and behind.
    [[nodiscard]] const std::string& words() const { return m_text; }

    [[nodiscard]] std::size_t wordCount() const { return m_wordCount; }

    [[nodiscard]] std::size_t sentenceCount() const { return m_sentenceCount; }

private:
    std::string m_text; ///< words with a blank before, between and behind
    std::size_t m_wordCount = 0;
    std::size_t m_sentenceCount = 0;
};

} // namespace engine
