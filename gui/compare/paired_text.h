#pragma once

#include "gui/compare/compare_context.h"

#include <QString>

#include <vector>

namespace gui {

/// Two texts, whole, as rows in which what belongs together stands side by side. Pure.
struct PairedText
{
    /// Characters of the text of a side.
    struct Stretch
    {
        qsizetype first = 0;
        qsizetype size = 0;

        [[nodiscard]] qsizetype end() const { return first + size; }

        bool operator==(const Stretch&) const = default;
    };

    enum class Kind : std::uint8_t
    {
        Same,
        Changed, ///< a line on both sides
        OnlyA,
        OnlyB
    };

    /// A line of each side, or a piece of lines that are too long for one layout.
    struct Row
    {
        Kind kind = Kind::Same;
        bool isHeading = false; ///< says whose text follows
        bool isContinued = false; ///< begins within a line
        OfBoth<Stretch> text; ///< without the line end; empty where the side has no line
        OfBoth<bool> isThere;
        OfBoth<std::uint32_t> firstWord; ///< index into words; up to that of the next row
    };

    OfBoth<QString> text; ///< as shown
    std::vector<Row> rows;
    OfBoth<std::vector<Stretch>> words; ///< that have no like on the other side
    std::vector<std::uint32_t> changes; ///< the first row of each stretch that differs

    /// The marked words of a row.
    [[nodiscard]] std::vector<Stretch> wordsOf(std::size_t row, CompareSide side) const;

    [[nodiscard]] bool isSame() const { return changes.empty(); }
};

/// A text with the numbers of its lines that are headings, which are none of the text compared.
struct HeadedText
{
    QString text;
    std::vector<std::uint32_t> headings;

    bool operator==(const HeadedText&) const = default;
};

/// The longest piece of a line that is laid out at once.
inline constexpr qsizetype kLongestPiece = 4096;

PairedText pairTexts(const HeadedText& a, const HeadedText& b);

} // namespace gui
