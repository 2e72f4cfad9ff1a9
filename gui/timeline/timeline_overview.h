#pragma once

#include "gui/timeline/timeline_coordinates.h"

#include <QImage>
#include <QTimer>
#include <QWidget>

namespace gui {

class SessionContext;
class TimelineCanvas;

/// The whole trace in a strip, with a frame around what the canvas shows. Dragging the frame pans,
/// its edges zoom, a click beside it goes there.
class TimelineOverview : public QWidget
{
    Q_OBJECT

public:
    TimelineOverview(SessionContext& context, TimelineCanvas& canvas, QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;

    /// The frame around what the canvas shows.
    [[nodiscard]] QRect frameRect() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    enum class Drag : std::uint8_t
    {
        None,
        Move,
        Left,
        Right
    };

    [[nodiscard]] TimelineCoordinates all() const;
    [[nodiscard]] Drag grip(int x) const;
    void draw();

    SessionContext& m_context;
    TimelineCanvas& m_canvas;
    QImage m_image;
    QTimer m_hitPause; ///< hits arrive by the thousand while a search runs
    Drag m_drag = Drag::None;
    int m_draggedTo = 0;
};

} // namespace gui
