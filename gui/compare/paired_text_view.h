#pragma once

#include "gui/compare/paired_text.h"
#include "gui/widgets/block_scroll_area.h"

#include <QTextLayout>

#include <memory>
#include <unordered_map>

namespace gui {

class Theme;

/// Two texts side by side, what belongs together in one row: lines that differ have a colour and a
/// sign, words that differ a stronger one. Lays out only what is in sight, so texts may be of any
/// length; long stretches that are the same are folded until one opens them. Plain text.
class PairedTextView : public BlockScrollArea
{
    Q_OBJECT

public:
    explicit PairedTextView(Theme& theme, QWidget* parent = nullptr);
    ~PairedTextView() override;

    /// `emptyNotes` stand on a side that has no text.
    void setText(std::shared_ptr<const PairedText> text, OfBoth<QString> emptyNotes = {});

    [[nodiscard]] const PairedText& text() const { return *m_text; }

    /// Marks words that differ, or lines alone.
    void setByWords(bool isByWords);

    [[nodiscard]] bool isByWords() const { return m_isByWords; }

    /// Folds what is the same, but for some lines beside a change.
    void setFolded(bool isFolded);

    [[nodiscard]] bool isFolded() const { return m_isFolded; }

    /// Rows in sight or above and below it: what is folded counts as one.
    [[nodiscard]] std::size_t shownRows() const { return m_shown.size(); }

    /// How many lines a row of the view holds; more than one where they are folded.
    [[nodiscard]] std::size_t foldedAt(std::size_t shown) const { return m_shown[shown].count; }

    /// The next stretch that differs behind the one gone to last, or before it.
    void goToChange(bool next);

    /// What is selected, of one side.
    [[nodiscard]] QString selectedText() const;

    /// How many pieces were laid out so far; the work done.
    [[nodiscard]] std::size_t layoutCount() const { return m_layoutCount; }

public slots:
    void copy() const;
    void selectAll();

signals:
    /// The whole text of a side is to be shown by itself.
    void wholeTextRequested(gui::CompareSide side);

protected:
    [[nodiscard]] int estimatedHeight(std::size_t block) const override;
    int measuredHeight(std::size_t block) override;
    void visibleBlocksChanged() override;
    void contentWidthChanged() override;

    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    static constexpr int kSignRoom = 16; ///< left of a text

    /// A row of the text, or several that are folded.
    struct Shown
    {
        std::uint32_t row = 0;
        std::uint32_t count = 1;
    };

    struct Selection
    {
        CompareSide side = CompareSide::A;
        qsizetype anchor = 0;
        qsizetype cursor = 0;
    };

    void measureFont();
    void relayout();
    void list();
    void unfold(std::size_t shown);
    [[nodiscard]] std::vector<bool> keptRows() const;
    [[nodiscard]] std::size_t shownOf(std::uint32_t row) const;

    [[nodiscard]] bool isFold(std::size_t shown) const { return m_shown[shown].count > 1; }

    /// Null where the side has no line there.
    QTextLayout* layout(std::size_t shown, CompareSide side);
    [[nodiscard]] QList<QTextLayout::FormatRange> formats(std::uint32_t row,
                                                          CompareSide side) const;
    [[nodiscard]] int columnWidth() const;
    [[nodiscard]] int columnLeft(CompareSide side) const;
    [[nodiscard]] int textWidth() const;
    void paintRow(QPainter& painter, const VisibleBlock& visible);
    void paintSide(QPainter& painter, const VisibleBlock& visible, CompareSide side);
    void paintFold(QPainter& painter, const VisibleBlock& visible);
    void paintEmptyNotes(QPainter& painter);
    [[nodiscard]] CompareSide sideAt(int x) const;
    [[nodiscard]] qsizetype positionAt(QPoint point, CompareSide side);

    Theme& m_theme;
    std::shared_ptr<const PairedText> m_text; ///< never null
    OfBoth<QString> m_emptyNotes;
    std::vector<Shown> m_shown;
    std::vector<bool> m_isUnfolded; ///< by row
    std::unordered_map<std::size_t, std::unique_ptr<QTextLayout>> m_layouts;
    std::size_t m_layoutCount = 0;
    int m_lineSpacing = 1;
    int m_charWidth = 1;
    bool m_isByWords = true;
    bool m_isFolded = true;
    std::optional<std::size_t> m_change; ///< gone to last
    Selection m_selection;
};

} // namespace gui
