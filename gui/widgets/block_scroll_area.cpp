#include "gui/widgets/block_scroll_area.h"

#include "gui/theme/theme.h"

#include <QScrollBar>

namespace gui {

namespace {

    /// A scroll bar counts in int and adds its page to its maximum.
    constexpr std::int64_t kMaxBar = 1'000'000'000;

} // namespace

BlockScrollArea::BlockScrollArea(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    verticalScrollBar()->setSingleStep(3 * metrics::kRowHeight);
}

std::int64_t BlockScrollArea::maxOffset() const
{
    return std::max<std::int64_t>(0, m_heights.total() - viewport()->height());
}

void BlockScrollArea::scrollTo(std::int64_t offset)
{
    // A wrong estimate above shows only on the way up; then the lower edge is what must not move.
    m_scrollsUp = offset < m_offset && m_offset - offset < 2 * viewport()->height();
    m_offset = std::clamp<std::int64_t>(offset, 0, maxOffset());
    m_isDirty = true;
    measureSight();
    viewport()->update();
}

void BlockScrollArea::resetBlocks(std::size_t count)
{
    resetBlocksFrom(0, count);
}

void BlockScrollArea::resetBlocksFrom(std::size_t first, std::size_t count)
{
    m_heights.truncate(first);
    for (std::size_t i = first; i < count; ++i)
        m_heights.append(estimatedHeight(i));
    m_isMeasured.resize(first);
    m_isMeasured.resize(count, false);
    m_isDirty = true;
    m_scrollsUp = false;
    updateBar();
    viewport()->update();
}

void BlockScrollArea::remeasureAll()
{
    const std::size_t top = m_heights.indexAt(m_offset);
    const std::int64_t within = blockCount() == 0 ? 0 : m_offset - m_heights.top(top);
    resetBlocks(blockCount());
    if (blockCount() > 0)
        m_offset = m_heights.top(top) + std::min<std::int64_t>(within, measure(top));
    m_offset = std::clamp<std::int64_t>(m_offset, 0, maxOffset());
}

void BlockScrollArea::remeasure(std::size_t block)
{
    m_isMeasured[block] = false;
    m_isDirty = true;
    viewport()->update();
}

int BlockScrollArea::measure(std::size_t block)
{
    if (!m_isMeasured[block]) {
        m_isMeasured[block] = true;
        m_heights.set(block, std::max(1, measuredHeight(block)));
    }
    return m_heights.height(block);
}

const std::vector<BlockScrollArea::VisibleBlock>& BlockScrollArea::visibleBlocks()
{
    measureSight();
    return m_visible;
}

void BlockScrollArea::measureSight()
{
    if (!m_isDirty)
        return;
    m_isDirty = false;
    for (;;) {
        const bool isAtEnd = m_offset > 0 && m_offset >= maxOffset();
        m_offset = std::clamp<std::int64_t>(m_offset, 0, maxOffset());
        if (!fillSight())
            break;
        if (isAtEnd)
            m_offset = maxOffset();
    }
    updateBar();
    visibleBlocksChanged();
}

bool BlockScrollArea::fillSight()
{
    m_visible.clear();
    if (blockCount() == 0)
        return false;
    bool isChanged = false;
    const std::size_t first = m_heights.indexAt(m_offset);
    std::int64_t y = m_heights.top(first) - m_offset;
    for (std::size_t i = first; i < blockCount() && y < viewport()->height(); ++i) {
        const int estimate = m_heights.height(i);
        isChanged |= !m_isMeasured[i];
        const int height = measure(i);
        if (i == first && m_scrollsUp)
            m_offset += height - estimate;
        m_visible.push_back({i, static_cast<int>(y), height});
        y += height;
    }
    return isChanged;
}

void BlockScrollArea::showPlace(std::size_t block, int y, int height)
{
    measure(block);
    m_isDirty = true;
    const std::int64_t from = m_heights.top(block) + y;
    const int page = viewport()->height();
    if (from < m_offset || height >= page)
        scrollTo(from);
    else if (from + height > m_offset + page)
        scrollTo(from + height - page);
    else
        scrollTo(m_offset);
}

void BlockScrollArea::showAt(std::size_t block, int y)
{
    // What stands above it in sight is measured by showing it, and moves it until all is.
    constexpr int kMaxPasses = 8;
    for (int pass = 0; pass < kMaxPasses; ++pass) {
        measure(block);
        m_scrollsUp = false;
        m_offset = std::clamp<std::int64_t>(m_heights.top(block) - y, 0, maxOffset());
        m_isDirty = true;
        measureSight();
        if (m_offset == std::clamp<std::int64_t>(m_heights.top(block) - y, 0, maxOffset()))
            break;
    }
    viewport()->update();
}

void BlockScrollArea::updateBar()
{
    m_isUpdatingBar = true;
    const std::int64_t total = maxOffset();
    m_scale = std::max<std::int64_t>(1, total / kMaxBar);
    QScrollBar* bar = verticalScrollBar();
    bar->setRange(0, static_cast<int>(total / m_scale));
    bar->setPageStep(std::max(1, viewport()->height()));
    bar->setValue(static_cast<int>(m_offset / m_scale));
    m_isUpdatingBar = false;
}

int BlockScrollArea::contentWidth() const
{
    // A bar that comes and goes must not change the width, and with it every height.
    const QScrollBar* bar = verticalScrollBar();
    return viewport()->width() - (bar->isVisibleTo(this) ? 0 : bar->sizeHint().width());
}

void BlockScrollArea::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void BlockScrollArea::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void BlockScrollArea::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    m_isDirty = true;
    if (contentWidth() == m_width)
        return;
    m_width = contentWidth();
    contentWidthChanged();
    remeasureAll();
}

void BlockScrollArea::scrollContentsBy(int dx, int)
{
    if (dx != 0)
        viewport()->update();
    if (!m_isUpdatingBar && verticalScrollBar()->value() != m_offset / m_scale)
        scrollTo(verticalScrollBar()->value() * m_scale);
}

} // namespace gui
