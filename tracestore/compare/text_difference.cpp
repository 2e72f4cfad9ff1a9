#include "tracestore/compare/text_difference.h"

#include "tracestore/base/json_io.h"
#include "tracestore/compare/sequence_alignment.h"

#include <algorithm>
#include <unordered_map>

namespace tracestore {
namespace {

    using LineKind = DifferenceLine::Kind;
    using Pieces = std::vector<std::string_view>;

    constexpr std::string_view kLeftOut = "⋮";
    constexpr std::string_view kShortened = " … ";

    /// What a sequence has in common with another: true for the pieces that are kept.
    struct KeptPieces
    {
        std::vector<bool> before;
        std::vector<bool> after;
    };

    KeptPieces keptPieces(const Pieces& before, const Pieces& after)
    {
        std::unordered_map<std::string_view, std::uint32_t> numbers;
        const auto numbered = [&](const Pieces& pieces) {
            std::vector<std::uint32_t> sequence;
            sequence.reserve(pieces.size());
            for (const std::string_view piece : pieces)
                sequence.push_back(
                    numbers.try_emplace(piece, static_cast<std::uint32_t>(numbers.size()))
                        .first->second);
            return sequence;
        };
        KeptPieces kept {std::vector<bool>(before.size()), std::vector<bool>(after.size())};
        const std::vector<std::uint32_t> a = numbered(before);
        const std::vector<std::uint32_t> b = numbered(after);
        for (const SequenceMatch& match : alignSequences(a, b))
            kept.before[match.a] = kept.after[match.b] = true;
        return kept;
    }

    /// A character of UTF-8 at the front of a text, or one byte that is none.
    struct Character
    {
        char32_t code = 0;
        std::size_t size = 1;
    };

    Character characterAt(std::string_view text, std::size_t at)
    {
        const auto byte = [&](std::size_t i) -> char32_t {
            return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
        };
        const char32_t first = byte(0);
        const std::size_t size = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        char32_t code = size == 1 ? first : first & (0x7FU >> size);
        for (std::size_t i = 1; i < size; ++i) {
            if ((byte(i) & 0xC0U) != 0x80U)
                return {first, 1};
            code = code << 6U | (byte(i) & 0x3FU);
        }
        return {code, size};
    }

    /// Letters, digits and the signs that belong to them. In scripts without blanks between words
    /// each character stands for itself. Of other scripts all that is no known punctuation counts:
    /// that a sign is taken for a letter makes a stretch a little longer, no more.
    bool isWordCharacter(char32_t code)
    {
        if (code < 0x80)
            return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z')
                || (code >= 'A' && code <= 'Z') || code == '_';
        if (code < 0xC0)
            return code == 0xAA || code == 0xB5 || code == 0xBA;
        constexpr char32_t kFirstIdeograph = 0x2E80;
        const bool isSign = code == 0xD7 || code == 0xF7 || (code >= 0x2000 && code < 0x2C00);
        const bool isArabicSign = code == 0x60C || code == 0x61B || code == 0x61F || code == 0x6D4;
        return code < kFirstIdeograph && !isSign && !isArabicSign;
    }

    /// Words, blanks and single signs.
    Pieces wordsOf(std::string_view line)
    {
        Pieces words;
        for (std::size_t from = 0; from < line.size();) {
            Character character = characterAt(line, from);
            std::size_t to = from + character.size;
            if (isWordCharacter(character.code)) {
                while (to < line.size()) {
                    character = characterAt(line, to);
                    if (!isWordCharacter(character.code))
                        break;
                    to += character.size;
                }
            }
            words.push_back(line.substr(from, to - from));
            from = to;
        }
        return words;
    }

    std::size_t letterCount(std::string_view text)
    {
        std::size_t count = 0;
        for (std::size_t at = 0; at < text.size();) {
            const Character character = characterAt(text, at);
            count += isWordCharacter(character.code) || character.code >= 0x2E80 ? 1 : 0;
            at += character.size;
        }
        return count;
    }

    /// The beginning of a text, or its end, in so many bytes but no part of a character.
    std::string_view frontOf(std::string_view text, std::size_t bytes)
    {
        while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U)
            --bytes;
        return text.substr(0, bytes);
    }

    std::string_view backOf(std::string_view text, std::size_t bytes)
    {
        std::size_t first = text.size() - bytes;
        while (first < text.size() && (static_cast<unsigned char>(text[first]) & 0xC0U) == 0x80U)
            ++first;
        return text.substr(first);
    }

    /// A line with its changed words; what is long and the same between them may be shortened.
    DifferenceLine
    markedLine(LineKind kind, const Pieces& words, const std::vector<bool>& kept, bool isShortened)
    {
        constexpr std::size_t kLong = 160;
        constexpr std::size_t kEnd = 60;
        DifferenceLine line {.kind = kind, .text = {}, .changed = {}, .leftOut = 0};
        std::size_t keptLetters = 0;
        std::size_t letters = 0;
        for (std::size_t i = 0; i < words.size();) {
            std::string stretch;
            const bool isKept = kept[i];
            for (; i < words.size() && kept[i] == isKept; ++i)
                stretch += words[i];
            const std::size_t count = letterCount(stretch);
            letters += count;
            keptLetters += isKept ? count : 0;
            if (isKept && isShortened && stretch.size() > kLong)
                stretch = std::string(frontOf(stretch, kEnd)).append(kShortened)
                    + std::string(backOf(stretch, kEnd));
            if (!isKept)
                line.changed.push_back({line.text.size(), stretch.size()});
            line.text += stretch;
        }
        // Of a line that has next to nothing of the other, all would be marked: that says less.
        constexpr std::size_t kLeastKept = 4;
        if (keptLetters * kLeastKept < letters)
            line.changed.clear();
        return line;
    }

    Pieces linesOf(std::string_view text)
    {
        Pieces lines;
        for (std::size_t from = 0;;) {
            const std::size_t end = text.find('\n', from);
            if (end == std::string_view::npos) {
                lines.push_back(text.substr(from));
                return lines;
            }
            lines.push_back(text.substr(from, end - from));
            from = end + 1;
        }
    }

    class LineComparison
    {
    public:
        LineComparison(std::string_view before, std::string_view after, const DifferenceForm& form)
            : m_before(linesOf(before))
            , m_after(linesOf(after))
            , m_form(form)
            , m_kept(keptPieces(m_before, m_after))
        { }

        std::vector<DifferenceLine> take()
        {
            std::size_t i = 0;
            std::size_t j = 0;
            while (i < m_before.size() || j < m_after.size()) {
                const std::size_t firstRemoved = i;
                const std::size_t firstAdded = j;
                while (i < m_before.size() && !m_kept.before[i])
                    ++i;
                while (j < m_after.size() && !m_kept.after[j])
                    ++j;
                addChange(firstRemoved, i, firstAdded, j);
                const std::size_t firstSame = i;
                while (i < m_before.size() && j < m_after.size() && m_kept.before[i]
                       && m_kept.after[j]) {
                    ++i;
                    ++j;
                }
                addSame(firstSame, i, j == m_after.size() && i == m_before.size());
            }
            return std::move(m_lines);
        }

    private:
        /// Lines that stand for each other are compared word by word.
        void addChange(std::size_t removed,
                       std::size_t endOfRemoved,
                       std::size_t added,
                       std::size_t endOfAdded)
        {
            std::vector<DifferenceLine> put;
            for (std::size_t k = 0; removed + k < endOfRemoved || added + k < endOfAdded; ++k) {
                const bool isRemoved = removed + k < endOfRemoved;
                const bool isAdded = added + k < endOfAdded;
                const Pieces old = isRemoved ? wordsOf(m_before[removed + k]) : Pieces();
                const Pieces now = isAdded ? wordsOf(m_after[added + k]) : Pieces();
                const KeptPieces kept = keptPieces(old, now);
                if (isRemoved)
                    m_lines.push_back(
                        markedLine(LineKind::Removed, old, kept.before, m_form.isShortened));
                if (isAdded)
                    put.push_back(markedLine(LineKind::Added, now, kept.after, m_form.isShortened));
            }
            std::ranges::move(put, std::back_inserter(m_lines));
        }

        void addSame(std::size_t first, std::size_t end, bool isLast)
        {
            constexpr std::size_t kEnough = 160;
            const std::size_t above = m_lines.empty() ? 0 : m_form.context;
            const std::size_t below = isLast ? 0 : m_form.context;
            const bool isAll = end - first <= above + below + 1;
            for (std::size_t line = first; line < end; ++line) {
                const bool isBeside = line < first + above || line + below >= end;
                std::string_view text = m_before[line];
                if (isAll || isBeside || m_form.context > end) {
                    const bool isCut = m_form.isShortened && text.size() > kEnough;
                    if (isCut)
                        text = frontOf(text, kEnough);
                    m_lines.push_back(
                        {LineKind::Same, std::string(text) + (isCut ? "…" : ""), {}, 0});
                } else if (m_lines.empty() || m_lines.back().kind != LineKind::LeftOut) {
                    m_lines.push_back({LineKind::LeftOut, std::string(kLeftOut), {}, 1});
                } else {
                    ++m_lines.back().leftOut;
                }
            }
        }

        Pieces m_before;
        Pieces m_after;
        DifferenceForm m_form;
        KeptPieces m_kept;
        std::vector<DifferenceLine> m_lines;
    };

} // namespace

std::vector<DifferenceLine>
differenceOf(std::string_view before, std::string_view after, const DifferenceForm& form)
{
    if (before == after)
        return {};
    const std::string validBefore = toValidUtf8(before);
    const std::string validAfter = toValidUtf8(after);
    return LineComparison(validBefore, validAfter, form).take();
}

std::vector<DifferenceLine>
jsonDifference(std::string_view before, std::string_view after, const DifferenceForm& form)
{
    if (before.empty() && after.empty())
        return {};
    std::vector<DifferenceLine> lines
        = differenceOf(readableText(before), readableText(after), form);
    // What was not there has no lines, not one that is empty.
    if (before.empty() || after.empty())
        std::erase_if(lines, [](const DifferenceLine& line) { return line.text.empty(); });
    return lines;
}

std::string differenceText(const std::vector<DifferenceLine>& lines)
{
    std::string text;
    for (const DifferenceLine& line : lines) {
        text += &line == lines.data() ? "" : "\n";
        text += line.kind == LineKind::Removed ? "- " : line.kind == LineKind::Added ? "+ " : "  ";
        text += line.text;
    }
    return text;
}

} // namespace tracestore
