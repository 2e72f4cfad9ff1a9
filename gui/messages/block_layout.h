#pragma once

#include "gui/messages/block.h"
#include "gui/messages/markdown.h"
#include "gui/theme/theme.h"

#include <QTextLayout>

namespace gui {

/// A block laid out at a width: where its lines, boxes and links are. Coordinates are from the top
/// left of the block. GUI thread.
class BlockLayout
{
public:
    static constexpr int kMaxTextWidth = 880;

    /// What can be clicked.
    struct Target
    {
        enum class Kind : std::uint8_t
        {
            None,
            Fold, ///< the header of a block that folds, and what says that there is more
            ShowAll, ///< the whole of a section
            Media,
            Enter, ///< of a card
        };

        Kind kind = Kind::None;
        std::size_t index = 0; ///< of the section or medium
    };

    struct Look
    {
        int width = 0; ///< of the view, which the marks fill
        bool isCurrent = false;
        bool hasFocus = false;
        bool isMarked = false; ///< its span is the selected one
        bool isHovered = false;
        bool isStop = false; ///< a run stands still at its span
    };

    BlockLayout(const Block& block, bool isFolded, int width, const Theme& theme);

    [[nodiscard]] int height() const { return m_height; }

    [[nodiscard]] Target targetAt(QPoint point) const;

    void paint(QPainter& painter, QPoint origin, const Look& look) const;

private:
    struct Piece
    {
        std::unique_ptr<QTextLayout> text;
        QPointF place;
        ColorRole color = ColorRole::Text;
    };

    struct Box
    {
        QRect rect;
        ColorRole color = ColorRole::CodeBackground;
    };

    struct Link
    {
        QRect rect;
        QString text;
        Target target;
    };

    void layOutHeader(const Block& block);
    void layOutSection(const Block& block, std::size_t index);
    void layOutProse(const BlockSection& section, ColorRole color);
    void layOutParagraph(const Paragraph& paragraph, ColorRole color);
    void layOutCode(const QString& text, TextSyntax syntax, ColorRole color);
    void layOutMedia(const Block& block);
    void addLink(const QString& text, Target target);
    /// Adds lines of text at the current place, as many as may still be shown.
    void addText(const QString& text,
                 const QFont& font,
                 int x,
                 int width,
                 ColorRole color,
                 const QList<QTextLayout::FormatRange>& formats = {});
    void paintHeader(QPainter& painter, QPoint origin) const;

    const Theme& m_theme;
    int m_width;
    int m_left; ///< of the text
    int m_right; ///< of all, the same at every level
    int m_textWidth;
    int m_y = 0;
    int m_height = 0;
    int m_linesLeft;
    bool m_isShort = false; ///< lines were left out because it is folded
    bool m_isFolded;
    bool m_canFold;

    BlockKind m_kind;
    QIcon m_icon;
    ColorRole m_titleColor;
    QFont m_titleFont;
    QString m_title;
    QString m_preview;
    QString m_trailing;
    QIcon m_status;
    QIcon m_changeMark;
    ColorRole m_changeColor = ColorRole::TextDim;
    QString m_changed;
    int m_changedWidth = 0; ///< with its mark
    int m_iconLeft = 0;
    int m_titleWidth = 0;
    int m_trailingLeft = 0;
    bool m_isNew = false;

    std::vector<Piece> m_pieces;
    std::vector<Box> m_boxes;
    std::vector<Link> m_links;
};

/// The height that a block will have, roughly, without laying it out.
int estimatedBlockHeight(const Block& block, bool isFolded, int width);

} // namespace gui
