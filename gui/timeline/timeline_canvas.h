#pragma once

#include "gui/timeline/bar_labels.h"
#include "gui/timeline/time_ruler.h"
#include "gui/timeline/timeline_geometry.h"
#include "gui/timeline/timeline_strip.h"

#include <QAbstractScrollArea>

namespace gui {

struct ChangeMark;
struct TraceGrowth;
class HoverCard;
class SessionContext;

/// Draws the lanes of a trace under a ruler and takes mouse, wheel and keys. The part in sight is
/// kept here; what is drawn comes from the pure geometry.
class TimelineCanvas : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit TimelineCanvas(SessionContext& context, QWidget* parent = nullptr);

    [[nodiscard]] const TimelineIntervals& intervals() const { return m_intervals; }

    [[nodiscard]] const TimelineScale& scale() const { return m_scale; }

    [[nodiscard]] TimelineLaneKind laneKind() const { return m_laneKind; }

    /// Whether only the session of the context is shown; of many sessions it is at first.
    [[nodiscard]] bool isOneSession() const { return m_isOneSession; }

    /// That session; invalid where all are shown.
    [[nodiscard]] tracestore::SessionId sessionShown() const;
    [[nodiscard]] bool isShown(tracestore::SpanId span) const;

    [[nodiscard]] const TimelineRows& rows() const { return m_rows; }

    /// What is in sight; its width is that of the strip beside the labels.
    [[nodiscard]] const TimelineCoordinates& coordinates() const { return m_coordinates; }

    /// The rectangle of a bar, in pixels of the viewport; empty where it is out of sight.
    [[nodiscard]] QRect barRect(tracestore::SpanId span) const;

    /// The span at a pixel of the viewport; invalid where there is none.
    [[nodiscard]] tracestore::SpanId spanAt(QPoint point) const;

public slots:
    void setScale(TimelineScaleKind kind);
    void setLaneKind(TimelineLaneKind kind);
    void setOneSession(bool isOneSession);
    void setRange(double from, double to);
    void zoomIn();
    void zoomOut();
    void fitAll();

    /// Fills the strip with the selected span and a margin.
    void fitSelected();

signals:
    void rangeChanged();
    void rowsChanged();
    /// The scale, or whether there are times for one, changed without being asked for.
    void scaleChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    // Pixels.
    static constexpr int kLabelWidth = 132;
    static constexpr int kRulerHeight = 24;
    static constexpr int kBarHeight = 16;
    static constexpr int kRowPitch = 20;
    static constexpr int kLaneGap = 6;

    enum class Drag : std::uint8_t
    {
        None,
        Pan,
        Range
    };

    void showSession();
    void takeGrowth(const TraceGrowth* growth);
    void placeRows();

    /// What the axis shows, in terms that outlive a change of scale.
    struct Range
    {
        std::int64_t from = 0; ///< ns since the start
        std::int64_t to = 0;
        bool isAll = false;
        bool isAtEnd = false;
    };

    [[nodiscard]] Range range() const;
    void restoreRange(const Range& range);
    void rebuild();
    void setCoordinates(const TimelineCoordinates& coordinates);
    void zoomAt(double factor, double pixel);
    void layOut();
    void bringIntoSight(tracestore::SpanId span);
    void moveSelection(int steps);
    void moveSelectionToRow(int direction);
    void endDrag(QPoint at);

    [[nodiscard]] int rowTop(std::size_t row) const;
    [[nodiscard]] double stripX(QPoint point) const;
    [[nodiscard]] std::size_t rowAt(int y) const;

    /// What the rows of a frame are painted with.
    struct RowPainting
    {
        QPainter& painter;
        TimelinePalette palette;
        TimelineStrip strip;
        TimelineCaps caps;
        std::vector<int> gridLines; ///< pixels of the strip
    };

    /// The lanes in sight: [first, second).
    [[nodiscard]] std::pair<std::size_t, std::size_t> lanesInSight() const;
    [[nodiscard]] std::size_t itemIn(std::size_t row, tracestore::SpanId span) const;

    void paintLanes(QPainter& painter) const;
    void paintLabels(QPainter& painter) const;
    void paintRows(QPainter& painter, const std::vector<RulerTick>& ticks) const;
    void paintRow(RowPainting& to, std::size_t row) const;
    void fillBars(RowPainting& to, const std::vector<TimelineBar>& bars) const;
    std::vector<TimelineBar>
    fillCells(RowPainting& to, std::size_t row, const std::vector<TimelineCell>& cells) const;
    void paintDetails(RowPainting& to, const TimelineBar& bar, int top) const;
    QRect paintChange(QPainter& painter, const TimelineBar& bar, const QRect& room) const;
    void paintChangeBeside(QPainter& painter, const TimelineBar& bar, int top, int nextLeft) const;
    void
    paintChangePlate(QPainter& painter, const ChangeMark& mark, int left, const QRect& row) const;
    void paintBarLabel(QPainter& painter, const TimelineBar& bar, const QRect& rect) const;
    void paintNoted(QPainter& painter, tracestore::SpanId span, const QRect& bar) const;
    void paintFound(QPainter& painter, tracestore::SpanId span, const QRect& bar) const;
    [[nodiscard]] QRect
    paintBreakpoint(QPainter& painter, tracestore::SpanId span, const QRect& bar) const;
    void paintHits(RowPainting& to, std::size_t row) const;
    [[nodiscard]] QColor fillOf(const TimelinePalette& palette, const TimelineBar& bar) const;
    void gatherHits();
    void gatherOrigins();
    void paintOrigins(QPainter& painter) const;
    void paintRuler(QPainter& painter, const std::vector<RulerTick>& ticks) const;
    void paintSelectionLine(QPainter& painter) const;
    void paintStopLine(QPainter& painter) const;

    SessionContext& m_context;
    bool m_isOneSession;
    bool m_isLaidOut = false; ///< has been shown, so that its size is one to go by
    TimelineIntervals m_intervals;
    std::optional<tracestore::Timestamp> m_drawnAt; ///< how late it was when they were made
    TimelineScale m_scale;
    TimelineLaneKind m_laneKind = TimelineLaneKind::Agent;
    TimelineRows m_rows;
    std::vector<TimelineRow> m_hitRows; ///< of each row its hits; empty where there are none
    bool m_hitsChanged = false;
    std::vector<std::pair<std::size_t, TimelineItem>> m_origins; ///< with the row of each
    bool m_originsChanged = false;
    std::vector<int> m_rowTops; ///< of each row and the end, before scrolling
    TimelineCoordinates m_coordinates;
    mutable BarLabels m_labels;
    HoverCard* m_card;
    Drag m_drag = Drag::None;
    bool m_isDragFar = false;
    QPoint m_pressedAt;
    QPoint m_draggedTo;
};

} // namespace gui
