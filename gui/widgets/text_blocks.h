#pragma once

#include <QString>

#include <vector>

namespace gui {

/// What a text is, for light highlighting.
enum class TextSyntax : std::uint8_t
{
    Plain,
    Json,
    Markdown, ///< fenced code is marked, nothing else
};

/// A long text cut into pieces small enough to lay out one at a time: at line ends where it can,
/// within a line where that is too long. Many short lines share a piece.
class TextBlocks
{
public:
    static constexpr qsizetype kWanted = 1024; ///< a piece ends at the first line end behind it
    static constexpr qsizetype kMax = 4096;

    struct Block
    {
        qsizetype start = 0;
        std::int32_t length = 0; ///< with the line end, if it has one
        std::int32_t lines = 1; ///< line ends in it, or 1
        bool isContinued = false; ///< begins within a line
        bool startsInFence = false;
        bool startsInString = false; ///< of JSON
    };

    TextBlocks() = default;
    TextBlocks(const QString& text, TextSyntax syntax);

    [[nodiscard]] const std::vector<Block>& blocks() const { return m_blocks; }

    /// The block that holds a position; the last one for the position behind the end.
    [[nodiscard]] std::size_t blockAt(qsizetype position) const;

private:
    std::vector<Block> m_blocks;
};

/// A stretch of a piece in one colour or background.
struct TextStyle
{
    enum class Role : std::uint8_t
    {
        Key,
        String,
        Number,
        Keyword,
        Code,
    };

    qsizetype start = 0;
    qsizetype length = 0;
    Role role = Role::Code;

    bool operator==(const TextStyle&) const = default;
};

/// The styles of a piece of JSON; never fails, whatever the text is.
std::vector<TextStyle> jsonStyles(QStringView text, bool startsInString);

/// The stretches of a piece that lie between code fences.
std::vector<TextStyle> fenceStyles(QStringView text, bool startsInFence);

} // namespace gui
