#pragma once

#include "tracestore/query/byte_filter.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracestore {

/// A place in a text, in bytes.
struct TextMatch
{
    std::size_t offset = 0;
    std::size_t length = 0;

    bool operator==(const TextMatch&) const = default;
};

/// How the text that is searched is written.
enum class TextForm : std::uint8_t
{
    Plain, ///< as a reader sees it
    /// JSON, or what holds JSON: `\n`, `\"`, `\u00e9` stand for what a reader sees, also where a
    /// string holds JSON itself and they are escaped again, up to three times.
    Json,
};

/// A text to be found in others, letters folded, ready to be searched often. Any thread.
class TextNeedle
{
public:
    /// Not empty; at most kMaxLength bytes are looked for.
    static constexpr std::size_t kMaxLength = 4096;

    explicit TextNeedle(std::string_view text);

    /// The text with its letters folded.
    [[nodiscard]] const std::string& folded() const { return m_folded; }

    /// The first place at or behind `from`, in bytes of the text as it is written.
    [[nodiscard]] std::optional<TextMatch>
    find(std::string_view text, TextForm form, std::size_t from = 0) const;

    /// So many bytes may one occurrence take where it is written in the longest way: blocks of a
    /// text that is searched piece by piece overlap by that much.
    [[nodiscard]] std::size_t longestWritten() const { return m_longest; }

private:
    /// A stretch of the folded text that is written the same way everywhere, but for the case of
    /// its letters.
    struct Run
    {
        std::size_t offset = 0;
        std::size_t length = 0;
    };

    /// The two bytes of a run that are seldom in texts, and where in the needle the first is.
    struct Filter
    {
        ByteFilter bytes;
        std::size_t place = 0;
    };

    void addLetter(char32_t letter);
    void findJsonRun();
    [[nodiscard]] std::pair<std::size_t, std::size_t> rareBytes(const Run& run) const;
    [[nodiscard]] int frequency(const Run& run) const;
    [[nodiscard]] Filter filterOf(const Run& run, ByteFilter::Escapes escapes) const;
    [[nodiscard]] bool isAt(std::string_view text, std::size_t offset) const;
    [[nodiscard]] bool isPartAt(const Run& part, std::string_view text, std::size_t offset) const;
    [[nodiscard]] std::optional<TextMatch> findPlain(std::string_view text, std::size_t from) const;
    [[nodiscard]] std::optional<TextMatch> findJson(std::string_view text, std::size_t from) const;
    [[nodiscard]] bool canBeginAt(std::string_view text, std::size_t at) const;
    [[nodiscard]] bool canBeEscapedAt(std::string_view text, std::size_t at) const;
    [[nodiscard]] bool canStandAround(std::string_view text, std::size_t run) const;
    [[nodiscard]] bool canStandBehind(std::string_view text, std::size_t at) const;
    [[nodiscard]] bool canStandBefore(std::string_view text, std::size_t at) const;
    [[nodiscard]] std::optional<TextMatch> findUnescaped(std::string_view text,
                                                         std::size_t from,
                                                         std::size_t begin,
                                                         std::size_t end) const;

    std::string m_folded;
    std::string m_pattern; ///< folded, and the bits set in which capitals differ
    std::string m_mask; ///< those bits
    bool m_isAscii = true;
    bool m_hasUnsafe = false; ///< has what JSON escapes: quotes, backslashes, slashes, controls
    bool m_hasBackslash = false;
    Run m_jsonRun; ///< without what JSON escapes; empty where all of it is
    Filter m_plainFilter;
    Filter m_jsonFilter; ///< of m_jsonRun, if it is not empty
    std::array<bool, 128> m_hasAscii {}; ///< the letters that are in it
    std::vector<char32_t> m_others; ///< those beyond and their capitals, sorted
    std::size_t m_longest = 0;
};

} // namespace tracestore
