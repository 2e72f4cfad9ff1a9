#pragma once

#include "gui/widgets/block_scroll_area.h"
#include "gui/widgets/text_blocks.h"

#include <QTextLayout>

#include <unordered_map>

class QAction;
class QMenu;

namespace gui {

class FindBar;
class Theme;

/// Shows plain text of any length, with selection, copy and find. Lays out only what is in sight:
/// the text may be hundreds of megabytes in one line. Control and direction-changing characters are
/// shown as marks and copied as such; nothing in the text is ever read as markup.
class TextViewer : public BlockScrollArea
{
    Q_OBJECT

public:
    explicit TextViewer(Theme& theme, QWidget* parent = nullptr);
    ~TextViewer() override;

    void setText(const QString& text, TextSyntax syntax = TextSyntax::Plain);

    [[nodiscard]] const QString& text() const { return m_text; }

    /// Wrapped at the width of the view, which is how it starts; else it scrolls sideways. Lines
    /// of more than TextBlocks::kMax characters are cut there in either case.
    void setWrapped(bool isWrapped);

    [[nodiscard]] bool isWrapped() const { return m_isWrapped; }

    /// In a fixed pitch, which is how it starts, or as running text.
    void setCodeFont(bool isCode);

    /// Selects a stretch and scrolls its end into sight.
    void setSelection(qsizetype anchor, qsizetype cursor);

    /// What is selected, as it is shown.
    [[nodiscard]] QString selectedText() const;

    /// Selects the next place of a text, in any case, around the end; false where there is none.
    bool find(const QString& wanted, bool forward = true);

    /// Marks the places of a text that are in sight.
    void setMarked(const QString& wanted);

    /// How many pieces were laid out so far; the work done.
    [[nodiscard]] std::size_t layoutCount() const { return m_layoutCount; }

public slots:
    void copy() const;
    void selectAll();
    void openFind();

signals:
    /// More can be added to the menu.
    void menuOpened(QMenu* menu);

protected:
    [[nodiscard]] int estimatedHeight(std::size_t block) const override;
    int measuredHeight(std::size_t block) override;
    void visibleBlocksChanged() override;
    void contentWidthChanged() override;

    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void addActions();
    void adoptTheme();
    void measureFont();
    void relayout();
    QTextLayout& layout(std::size_t block);
    [[nodiscard]] QList<QTextLayout::FormatRange> formats(std::size_t block) const;
    [[nodiscard]] QList<QTextLayout::FormatRange> selections(std::size_t block) const;
    [[nodiscard]] const QFont& shownFont() const;
    [[nodiscard]] int textWidth() const;
    void paintBlock(QPainter& painter, const VisibleBlock& visible);

    void moveCursor(qsizetype position, bool keepsAnchor);
    [[nodiscard]] qsizetype lineUpOrDown(int lines);
    [[nodiscard]] qsizetype lineEdge(bool end);
    [[nodiscard]] qsizetype charBeside(bool next);
    [[nodiscard]] qsizetype positionAt(QPoint point);
    void showCursor();
    bool handleMove(QKeyEvent* event);

    Theme& m_theme;
    QString m_text;
    TextSyntax m_syntax = TextSyntax::Plain;
    TextBlocks m_blocks;
    std::unordered_map<std::size_t, std::unique_ptr<QTextLayout>> m_layouts;
    std::size_t m_layoutCount = 0;
    int m_lineSpacing = 1; ///< of shownFont(), measured once: a text has thousands of pieces
    int m_charWidth = 1;
    bool m_isWrapped = true;
    bool m_isCode = true;
    qsizetype m_anchor = 0;
    qsizetype m_cursor = 0;
    qreal m_goalX = -1; ///< where up and down want to be in the line
    int m_widest = 0;
    QString m_marked;
    QAction* m_wrapAction = nullptr;
    FindBar* m_findBar = nullptr;
};

} // namespace gui
