#pragma once

#include "gui/widgets/height_index.h"

#include <QAbstractScrollArea>

#include <limits>

namespace gui {

/// Scrolls over any number of blocks of different heights and asks for the exact height only of
/// those that come into sight; all others are estimated. What one reads stays where it is when an
/// estimate above it turns out wrong.
class BlockScrollArea : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit BlockScrollArea(QWidget* parent = nullptr);

    [[nodiscard]] std::size_t blockCount() const { return m_heights.count(); }

    /// Pixels from the top of the content to the top of the viewport.
    [[nodiscard]] std::int64_t offset() const { return m_offset; }

    void scrollTo(std::int64_t offset);

    /// Whether nothing is below what is in sight.
    [[nodiscard]] bool isAtEnd() const { return m_offset >= maxOffset(); }

    void scrollToEnd() { scrollTo(std::numeric_limits<std::int64_t>::max()); }

    void scrollBy(std::int64_t pixels) { scrollTo(m_offset + pixels); }

protected:
    struct VisibleBlock
    {
        std::size_t block = 0;
        int y = 0; ///< in the viewport
        int height = 0;
    };

    /// A height that costs nothing to find. Called for all blocks.
    [[nodiscard]] virtual int estimatedHeight(std::size_t block) const = 0;
    /// The exact height at contentWidth(). Called for blocks in sight.
    virtual int measuredHeight(std::size_t block) = 0;

    /// Called before the blocks in sight are used, after any of them has changed.
    virtual void visibleBlocksChanged() { }

    /// Starts anew with so many blocks, all estimated; keeps the offset.
    void resetBlocks(std::size_t count);
    /// The same for the blocks from one on; those before it are as they were.
    void resetBlocksFrom(std::size_t first, std::size_t count);
    /// Estimates all heights again (another width or font), with the top block in its place.
    void remeasureAll();
    void remeasure(std::size_t block);

    /// The blocks in sight, from the top.
    const std::vector<VisibleBlock>& visibleBlocks();

    /// Scrolls as little as shows `height` pixels from `y` within a block.
    void showPlace(std::size_t block, int y, int height);
    /// Puts the top of a block at `y` of the viewport, as far as there is content around it.
    void showAt(std::size_t block, int y);

    [[nodiscard]] std::int64_t blockTop(std::size_t block) const { return m_heights.top(block); }

    /// The width for content: the same whether or not the scroll bar shows.
    [[nodiscard]] int contentWidth() const;

    /// Called when contentWidth() has changed, before everything is estimated again.
    virtual void contentWidthChanged() { }

    void resizeEvent(QResizeEvent* event) override;
    // What is selected looks otherwise without the keyboard.
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    void measureSight();
    /// Finds what is in sight; whether a height was found anew, which can change what that is.
    bool fillSight();
    int measure(std::size_t block);
    void updateBar();
    [[nodiscard]] std::int64_t maxOffset() const;

    HeightIndex m_heights;
    std::vector<bool> m_isMeasured;
    std::vector<VisibleBlock> m_visible;
    std::int64_t m_offset = 0;
    int m_width = -1; ///< at which the heights were measured
    std::int64_t m_scale = 1; ///< pixels that a step of the scroll bar stands for
    bool m_isDirty = true;
    bool m_isUpdatingBar = false;
    bool m_scrollsUp = false;
};

} // namespace gui
