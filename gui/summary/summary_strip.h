#pragma once

#include "gui/summary/summary_tiles.h"

#include <QWidget>

namespace gui {

class Theme;

/// The totals of a trace on top of the summary: tiles that wrap, and under them all tokens as a bar
/// of their buckets with a legend.
class SummaryStrip : public QWidget
{
    Q_OBJECT

public:
    explicit SummaryStrip(const Theme& theme, QWidget* parent = nullptr);

    void setWhole(const tracestore::SpanGroup& whole);

    [[nodiscard]] const std::vector<SummaryTile>& tiles() const { return m_tiles; }

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }

    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct TileWidth
    {
        int needed = 0;
        int more = 0;
    };

    [[nodiscard]] std::vector<int> columns(int width) const;
    [[nodiscard]] std::vector<TileWidth> widthsOf(int perRow) const;
    [[nodiscard]] TileWidth widthOf(const SummaryTile& tile) const;
    [[nodiscard]] QFont valueFont(const SummaryTile& tile) const;
    void paintTile(QPainter& painter, const QRect& rect, const SummaryTile& tile) const;
    void paintBuckets(QPainter& painter, const QRect& rect) const;

    const Theme& m_theme;
    std::vector<SummaryTile> m_tiles;
    std::vector<BucketCount> m_buckets;
    std::optional<std::int64_t> m_reasoning; ///< a part of the output
};

} // namespace gui
