#pragma once

#include "gui/compare/compare_context.h"
#include "gui/timeline/bar_labels.h"
#include "gui/timeline/timeline_geometry.h"
#include "gui/timeline/timeline_intervals.h"

#include <QAbstractScrollArea>

namespace gui {

class TimelinePalette;
class TimelineStrip;
struct RulerTick;

/// When both did what: both timelines on one axis, each from its own start and to one scale. What
/// differs has a mark above its bar. Wheel with Ctrl zooms, dragging moves, a click selects.
class CompareTimelines : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit CompareTimelines(CompareContext& context, QWidget* parent = nullptr);
    ~CompareTimelines() override;

    /// A step at a place of the viewport; invalid where there is none.
    struct Place
    {
        CompareSide side = CompareSide::A;
        tracestore::SpanId span;
    };

    [[nodiscard]] Place placeAt(QPoint position) const;

    /// The bar of a step in the viewport; empty where it is not made yet.
    [[nodiscard]] QRect barOf(CompareSide side, tracestore::SpanId span) const;

    [[nodiscard]] const TimelineCoordinates& coordinates() const { return m_coordinates; }

    /// The length of the longer one, in ns.
    [[nodiscard]] std::int64_t length() const { return m_length; }

    [[nodiscard]] bool isReady() const { return m_isReady; }

signals:
    void ready();

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    static constexpr int kLabels = 108; ///< room at the left
    static constexpr int kRuler = 22;
    static constexpr int kSideRoom = 22; ///< the line that names a side
    static constexpr int kText = 14; ///< the least height of a name

    /// What is drawn of a side.
    struct Strip
    {
        TimelineIntervals intervals;
        TimelineRows rows;
        std::vector<std::vector<std::uint32_t>> differences; ///< by row, pairs from left to right
    };

    void refresh();
    static TimelineScale clockOf(const TimelineIntervals& intervals);
    static Strip
    stripOf(const ComparedSide& side, const tracestore::TraceAlignment& alignment, bool isA);
    void takeStrips(OfBoth<Strip> strips);
    void setCoordinates(const TimelineCoordinates& coordinates);
    void updateScrollBar();
    void fitRows();
    [[nodiscard]] int barHeight() const;
    [[nodiscard]] int rowTop(CompareSide side, std::size_t row) const;
    [[nodiscard]] int sideTop(CompareSide side) const;
    [[nodiscard]] int chartWidth() const;
    void zoomBy(double factor, double pixel);
    void paintSide(QPainter& painter, CompareSide side, const std::vector<RulerTick>& ticks);
    void paintRow(QPainter& painter,
                  TimelineStrip& strip,
                  const TimelinePalette& palette,
                  CompareSide side,
                  std::size_t row);
    void paintDifferences(QPainter& painter, CompareSide side, std::size_t row) const;
    void paintLabels(QPainter& painter, CompareSide side) const;
    void paintSelection(QPainter& painter) const;
    void paintRuler(QPainter& painter, const std::vector<RulerTick>& ticks) const;

    CompareContext& m_context;
    OfBoth<Strip> m_strips;
    OfBoth<BarLabels> m_labels;
    TimelineCoordinates m_coordinates;
    std::int64_t m_length = 1;
    int m_pitch = 19; ///< from row to row
    std::uint64_t m_order = 0;
    QPoint m_pressed;
    TimelineCoordinates m_atPress;
    bool m_isPanning = false;
    bool m_isStarted = false;
    bool m_isReady = false;
};

} // namespace gui
