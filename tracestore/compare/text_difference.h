#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace tracestore {

/// A line of two texts that are compared.
struct DifferenceLine
{
    enum class Kind : std::uint8_t
    {
        Same,
        Removed,
        Added,
        LeftOut, ///< in the place of `leftOut` lines that are the same
    };

    /// Bytes of the text, from `first` on; whole characters.
    struct Stretch
    {
        std::size_t first = 0;
        std::size_t size = 0;

        bool operator==(const Stretch&) const = default;
    };

    Kind kind = Kind::Same;
    std::string text; ///< UTF-8
    /// Its words that have no like in the line on the other side; none where nearly all have none.
    std::vector<Stretch> changed;
    std::size_t leftOut = 0;

    bool operator==(const DifferenceLine&) const = default;
};

/// How much of a difference is told.
struct DifferenceForm
{
    std::size_t context = 1; ///< lines that are the same, in front of and behind a change
    bool isShortened = true; ///< long stretches that are the same in a line are cut: ` … `

    /// Nothing is left out.
    static DifferenceForm whole()
    {
        return {.context = std::numeric_limits<std::size_t>::max() / 4, .isShortened = false};
    }
};

/// What makes `after` of `before`, line by line, with the words that differ. Empty for equal texts.
/// Texts may be of any size and any bytes; where they differ in nearly all, the difference is not
/// the shortest. Any thread.
std::vector<DifferenceLine>
differenceOf(std::string_view before, std::string_view after, const DifferenceForm& form = {});

/// The same of two JSON values, as readableText() writes them.
std::vector<DifferenceLine>
jsonDifference(std::string_view before, std::string_view after, const DifferenceForm& form = {});

/// JSON to be read and compared: a member a line in the order of their names, numbers as they
/// were written, a text of several lines in its own lines, a string alone without its quotes. What
/// is no JSON, or too deep, stands as it is.
std::string readableText(std::string_view json);

/// `- ` and `+ ` before the lines, as text to copy.
std::string differenceText(const std::vector<DifferenceLine>& lines);

} // namespace tracestore
