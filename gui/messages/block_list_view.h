#pragma once

#include "gui/messages/block_layout.h"
#include "gui/widgets/block_scroll_area.h"

#include <QSet>

#include <unordered_map>

class QMenu;

namespace gui {

/// A list of blocks, painted and walked by keyboard; what the blocks are is up to the subclass.
/// Lays out what is in sight.
class BlockListView : public BlockScrollArea
{
    Q_OBJECT

public:
    explicit BlockListView(Theme& theme, QWidget* parent = nullptr);

    /// The row that the keyboard is on; blockCount() where there is none.
    [[nodiscard]] std::size_t currentRow() const { return m_current; }

    /// Moves there and scrolls it into sight.
    void setCurrentRow(std::size_t row);

    [[nodiscard]] bool isFolded(std::size_t row) const;

    /// How many blocks were laid out so far; the work done.
    [[nodiscard]] std::size_t layoutCount() const { return m_layoutCount; }

    [[nodiscard]] virtual BlockPtr blockAt(std::size_t row) const = 0;

    /// The middle of the first place in sight that leads to such a target; null where there is
    /// none.
    [[nodiscard]] QPoint pointOf(std::size_t row, BlockLayout::Target::Kind kind);

public slots:
    void copyCurrent() const;
    /// Folds or unfolds.
    virtual void toggle(std::size_t row);

signals:
    /// The user went to a row.
    void rowChosen(std::size_t row);
    void wholeRequested(std::size_t row, std::size_t section);
    void mediaRequested(std::size_t row, std::size_t medium);
    void enterRequested(std::size_t row);
    /// More can be added for a row.
    void menuOpened(QMenu* menu, std::size_t row);

protected:
    /// What a row keeps its fold under when rows move.
    [[nodiscard]] virtual quint64 foldKey(std::size_t row) const { return row; }

    [[nodiscard]] virtual bool isMarked(std::size_t) const { return false; }

    /// Icons of what the user has noted at a block; drawn at its right end.
    [[nodiscard]] virtual QStringList notedIcons(std::size_t) const { return {}; }

    /// Whether a run stands still at the block.
    [[nodiscard]] virtual bool isStop(std::size_t) const { return false; }

    /// The rows are others now.
    void resetRows(std::size_t count, std::size_t current);

    /// The rows from one on are others now; those before it are as they were.
    void resetRowsFrom(std::size_t first, std::size_t count);

    /// A row shows something else now.
    void rowChanged(std::size_t row);

    void forgetFolds() { m_toggled.clear(); }

    [[nodiscard]] int estimatedHeight(std::size_t row) const override;
    int measuredHeight(std::size_t row) override;
    void visibleBlocksChanged() override;
    void contentWidthChanged() override;

    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

    Theme& m_theme;

private:
    const BlockLayout& layout(std::size_t row);
    [[nodiscard]] const VisibleBlock* rowAt(int y);
    void choose(std::size_t row);
    void act(std::size_t row, const BlockLayout::Target& target);
    void relayout();
    void paintNoted(QPainter& painter, const VisibleBlock& visible) const;

    std::unordered_map<std::size_t, std::unique_ptr<BlockLayout>> m_layouts;
    std::size_t m_layoutCount = 0;
    QSet<quint64> m_toggled;
    std::size_t m_current = 0;
    std::size_t m_hovered = static_cast<std::size_t>(-1);
};

} // namespace gui
