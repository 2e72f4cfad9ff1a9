#pragma once

#include <QString>

#include <string_view>
#include <vector>

namespace gui {

/// A line of two texts that are compared.
struct DifferenceLine
{
    enum class Kind : std::uint8_t
    {
        Same,
        Removed,
        Added,
        LeftOut, ///< in the place of many that are the same
    };

    /// Characters of the text, from `first` on.
    struct Stretch
    {
        qsizetype first = 0;
        qsizetype size = 0;

        bool operator==(const Stretch&) const = default;
    };

    Kind kind = Kind::Same;
    QString text; ///< long stretches that are the same are shortened
    /// Its words that have no like in the line on the other side; none where nearly all have none.
    std::vector<Stretch> changed;

    bool operator==(const DifferenceLine&) const = default;
};

/// What makes `after` of `before`, line by line, with the words that differ, by
/// tracestore/compare/text_difference. Lines that are the same are given beside the changes only.
/// Empty for equal texts.
std::vector<DifferenceLine> differenceOf(const QString& before, const QString& after);

/// The same of two JSON values: a text without its quotes, all else with a member a line. What is
/// no JSON stands as it is.
std::vector<DifferenceLine> jsonDifference(std::string_view before, std::string_view after);

/// `- ` and `+ ` before the lines, as text to copy.
QString differenceText(const std::vector<DifferenceLine>& lines);

} // namespace gui
