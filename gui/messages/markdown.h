#pragma once

#include <QString>

#include <vector>

namespace gui {

/// A line or a run of code lines of a text, with its structure made out. The structure is only for
/// the eye: nothing is loaded, linked or nested, and what is not understood stays as it stands.
struct Paragraph
{
    enum class Kind : std::uint8_t
    {
        Text,
        Heading,
        Item, ///< of a list; `mark` is its bullet or number
        Quote,
        Code, ///< lines between fences
        Rule,
    };

    struct Mark
    {
        enum class Style : std::uint8_t
        {
            Bold,
            Code,
        };

        qsizetype start = 0;
        qsizetype length = 0;
        Style style = Style::Bold;

        bool operator==(const Mark&) const = default;
    };

    Kind kind = Kind::Text;
    int level = 0; ///< of a heading 1 to 6; of an item its indentation
    QString mark;
    QString text;
    std::vector<Mark> marks;
};

/// Headings, lists, quotes, rules, fenced code, **bold** and `code`.
std::vector<Paragraph> readMarkdown(const QString& text);

} // namespace gui
