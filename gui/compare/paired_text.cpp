#include "gui/compare/paired_text.h"

#include "tracestore/compare/text_difference.h"

#include <algorithm>
#include <deque>
#include <span>

namespace gui {

using tracestore::DifferenceLine;
using LineKind = DifferenceLine::Kind;

namespace {

    using Words = std::deque<PairedText::Stretch>;

    /// Bytes of a line as characters of the text in which it begins at `at`.
    Words wordsOfLine(const DifferenceLine& line, qsizetype at)
    {
        Words words;
        std::size_t done = 0;
        const auto charsUpTo = [&](std::size_t byte) {
            at += QString::fromUtf8(line.text.data() + done, static_cast<qsizetype>(byte - done))
                      .size();
            done = byte;
            return at;
        };
        std::size_t end = 0;
        for (const DifferenceLine::Stretch& stretch : line.changed) {
            const qsizetype first = charsUpTo(stretch.first);
            const qsizetype behind = charsUpTo(stretch.first + stretch.size);
            // Words that only blanks part are marked as one: they are read as one.
            const std::string_view between
                = std::string_view(line.text).substr(end, stretch.first - end);
            if (!words.empty() && between.find_first_not_of(' ') == std::string_view::npos)
                words.back().size = behind - words.back().first;
            else
                words.push_back({first, behind - first});
            end = stretch.first + stretch.size;
        }
        return words;
    }

    std::string utf8(const QString& text)
    {
        return text.toStdString();
    }

    /// The lines of a text with their places.
    std::vector<PairedText::Stretch> linesOf(const QString& text)
    {
        std::vector<PairedText::Stretch> lines;
        if (text.isEmpty())
            return lines;
        for (qsizetype from = 0;;) {
            const qsizetype end = text.indexOf(u'\n', from);
            lines.push_back({from, (end < 0 ? text.size() : end) - from});
            if (end < 0)
                return lines;
            from = end + 1;
        }
    }

    /// Takes the lines of a difference, which stand one after the other, to both sides.
    class TextPairing
    {
    public:
        TextPairing(const HeadedText& a, const HeadedText& b)
            : m_headings {a.headings, b.headings}
        {
            m_result.text = {a.text, b.text};
            for (const CompareSide side : kBothSides)
                m_lines[side] = linesOf(m_result.text[side]);
        }

        PairedText take()
        {
            if (m_lines.a.empty() || m_lines.b.empty() || m_result.text.a == m_result.text.b)
                return takeWithoutLike();
            const auto lines = tracestore::differenceOf(
                utf8(m_result.text.a), utf8(m_result.text.b), tracestore::DifferenceForm::whole());
            for (std::size_t i = 0; i < lines.size();) {
                if (lines[i].kind == LineKind::Same) {
                    addRow(PairedText::Kind::Same, {});
                    ++i;
                    continue;
                }
                const std::size_t removed = i;
                while (i < lines.size() && lines[i].kind == LineKind::Removed)
                    ++i;
                const std::size_t added = i;
                while (i < lines.size() && lines[i].kind == LineKind::Added)
                    ++i;
                addChange({lines.data() + removed, added - removed},
                          {lines.data() + added, i - added});
            }
            return std::move(m_result);
        }

    private:
        using Lines = std::span<const DifferenceLine>;

        /// Texts that are the same, or one of which is not there.
        PairedText takeWithoutLike()
        {
            const bool isSame = m_result.text.a == m_result.text.b;
            const auto kind = isSame ? PairedText::Kind::Same
                : m_lines.b.empty()  ? PairedText::Kind::OnlyA
                                     : PairedText::Kind::OnlyB;
            if (!isSame)
                m_result.changes.push_back(0);
            const std::size_t count = std::max(m_lines.a.size(), m_lines.b.size());
            for (std::size_t i = 0; i < count; ++i)
                addRow(kind, {});
            return std::move(m_result);
        }

        /// Lines that stand for each other are beside each other.
        void addChange(Lines removed, Lines added)
        {
            m_result.changes.push_back(static_cast<std::uint32_t>(m_result.rows.size()));
            const std::size_t both = std::min(removed.size(), added.size());
            for (std::size_t i = 0; i < both; ++i)
                addRow(PairedText::Kind::Changed,
                       {wordsOfLine(removed[i], lineAt(CompareSide::A).first),
                        wordsOfLine(added[i], lineAt(CompareSide::B).first)});
            for (std::size_t i = both; i < removed.size(); ++i)
                addRow(PairedText::Kind::OnlyA, {});
            for (std::size_t i = both; i < added.size(); ++i)
                addRow(PairedText::Kind::OnlyB, {});
        }

        /// The line that comes next on a side.
        [[nodiscard]] const PairedText::Stretch& lineAt(CompareSide side) const
        {
            return m_lines[side][m_next[side]];
        }

        void addRow(PairedText::Kind kind, OfBoth<Words> words)
        {
            const OfBoth<bool> isThere {kind != PairedText::Kind::OnlyB,
                                        kind != PairedText::Kind::OnlyA};
            OfBoth<PairedText::Stretch> whole;
            bool isHeading = false;
            for (const CompareSide side : kBothSides) {
                if (!isThere[side])
                    continue;
                whole[side] = lineAt(side);
                isHeading |= std::ranges::binary_search(m_headings[side], m_next[side]++);
            }
            const qsizetype longest = std::max(whole.a.size, whole.b.size);
            for (qsizetype at = 0; at == 0 || at < longest; at += kLongestPiece) {
                PairedText::Row row {.kind = kind, .isHeading = isHeading, .isContinued = at > 0};
                for (const CompareSide side : kBothSides) {
                    row.isThere[side] = isThere[side] && at <= whole[side].size;
                    addPiece(row, side, pieceOf(side, whole[side], at), words[side]);
                }
                m_result.rows.push_back(row);
            }
        }

        /// The piece of a line from `at` on; cut between characters.
        [[nodiscard]] PairedText::Stretch
        pieceOf(CompareSide side, const PairedText::Stretch& line, qsizetype at) const
        {
            const auto cut = [&](qsizetype place) {
                const qsizetype within = std::min(place, line.size);
                const bool splits = within > 0 && within < line.size
                    && m_result.text[side][line.first + within].isLowSurrogate();
                return line.first + within - (splits ? 1 : 0);
            };
            return {cut(at), cut(at + kLongestPiece) - cut(at)};
        }

        /// Takes the words that are in the piece off the front of those of its line.
        void addPiece(PairedText::Row& row,
                      CompareSide side,
                      const PairedText::Stretch& piece,
                      Words& words)
        {
            auto& all = m_result.words[side];
            row.firstWord[side] = static_cast<std::uint32_t>(all.size());
            row.text[side] = {m_at[side], 0};
            if (!row.isThere[side])
                return;
            row.text[side] = piece;
            m_at[side] = piece.end();
            while (!words.empty() && words.front().first < piece.end()) {
                PairedText::Stretch& word = words.front();
                const qsizetype size = std::min(word.end(), piece.end()) - word.first;
                all.push_back({word.first, size});
                word = {word.first + size, word.size - size};
                if (word.size > 0)
                    break;
                words.pop_front();
            }
        }

        OfBoth<std::vector<std::uint32_t>> m_headings;
        OfBoth<std::vector<PairedText::Stretch>> m_lines;
        OfBoth<std::uint32_t> m_next; ///< lines that have their row
        OfBoth<qsizetype> m_at; ///< how far the rows are
        PairedText m_result;
    };

} // namespace

std::vector<PairedText::Stretch> PairedText::wordsOf(std::size_t row, CompareSide side) const
{
    const auto& all = words[side];
    const std::size_t end = row + 1 < rows.size() ? rows[row + 1].firstWord[side] : all.size();
    return {all.begin() + rows[row].firstWord[side],
            all.begin() + static_cast<std::ptrdiff_t>(end)};
}

PairedText pairTexts(const HeadedText& a, const HeadedText& b)
{
    return TextPairing(a, b).take();
}

} // namespace gui
