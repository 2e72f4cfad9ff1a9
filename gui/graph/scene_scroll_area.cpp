#include "gui/graph/scene_scroll_area.h"

#include <QApplication>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <utility>

namespace gui {

namespace {

    constexpr double kLeastZoom = 0.02;
    constexpr double kMostZoom = 4;
    constexpr double kZoomStep = 1.2;

} // namespace

SceneScrollArea::SceneScrollArea(QWidget* parent)
    : QAbstractScrollArea(parent)
{ }

void SceneScrollArea::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (m_isFitted && fitZoom() >= kLeastStartZoom)
        m_zoom = fitZoom();
    updateScrollBars();
}

double SceneScrollArea::fitZoom() const
{
    const QRectF bounds = sceneBounds();
    if (bounds.isEmpty())
        return 1;
    // The scroll bars are not there when the whole is in sight.
    const QSizeF room = maximumViewportSize() - QSizeF(2 * kMargin, 2 * kMargin);
    return std::clamp(
        std::min(room.width() / bounds.width(), room.height() / bounds.height()), kLeastZoom, 1.0);
}

void SceneScrollArea::fit()
{
    m_isFitted = true;
    m_zoom = fitZoom();
    updateScrollBars();
    viewport()->update();
}

void SceneScrollArea::setZoom(double zoom, QPointF fixedViewPoint)
{
    const QPointF point = toScene(fixedViewPoint);
    m_zoom = std::clamp(zoom, kLeastZoom, kMostZoom);
    m_isFitted = false;
    updateScrollBars();
    scrollTo(point, fixedViewPoint);
    viewport()->update();
}

QPointF SceneScrollArea::toView(QPointF point) const
{
    const auto axis = [&](double at, double from, double length, int room, const QScrollBar* bar) {
        const double size = length * m_zoom;
        const double start
            = size + 2 * kMargin <= room ? (room - size) / 2 : kMargin - bar->value();
        return (at - from) * m_zoom + start;
    };
    const QRectF all = sceneBounds();
    return {axis(point.x(), all.left(), all.width(), viewport()->width(), horizontalScrollBar()),
            axis(point.y(), all.top(), all.height(), viewport()->height(), verticalScrollBar())};
}

QPointF SceneScrollArea::toScene(QPointF point) const
{
    return (point - toView({0, 0})) / m_zoom;
}

void SceneScrollArea::updateScrollBars()
{
    const auto set = [](QScrollBar* bar, double content, int room) {
        const double size = content + 2 * kMargin;
        bar->setRange(0, std::max(0, static_cast<int>(std::ceil(std::min(size, 1e9))) - room));
        bar->setPageStep(room);
        bar->setSingleStep(20);
    };
    const QRectF bounds = sceneBounds();
    set(horizontalScrollBar(), bounds.width() * m_zoom, viewport()->width());
    set(verticalScrollBar(), bounds.height() * m_zoom, viewport()->height());
}

void SceneScrollArea::scrollTo(QPointF scenePoint, QPointF viewPoint)
{
    const QPoint way = (toView(scenePoint) - viewPoint).toPoint();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + way.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() + way.y());
}

void SceneScrollArea::ensureVisible(const QRectF& rect)
{
    const QRectF shown(toView(rect.topLeft()), rect.size() * m_zoom);
    const auto move = [](QScrollBar* bar, double from, double to, int room) {
        if (from < kMargin)
            bar->setValue(bar->value() + static_cast<int>(from - kMargin));
        else if (to > room - kMargin)
            bar->setValue(bar->value() + static_cast<int>(to - room + kMargin));
    };
    move(horizontalScrollBar(), shown.left(), shown.right(), viewport()->width());
    move(verticalScrollBar(), shown.top(), shown.bottom(), viewport()->height());
}

bool SceneScrollArea::zoomByKey(int key)
{
    const QPointF middle = QRectF(viewport()->rect()).center();
    switch (key) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        setZoom(m_zoom * kZoomStep, middle);
        return true;
    case Qt::Key_Minus:
        setZoom(m_zoom / kZoomStep, middle);
        return true;
    case Qt::Key_1:
        setZoom(1, middle);
        return true;
    case Qt::Key_F:
        fit();
        return true;
    default:
        return false;
    }
}

void SceneScrollArea::wheelEvent(QWheelEvent* event)
{
    if (event->modifiers() & Qt::ControlModifier) {
        setZoom(m_zoom * std::pow(kZoomStep, event->angleDelta().y() / 120.0), event->position());
        event->accept();
        return;
    }
    m_isFitted = false;
    // Where there is nothing above and below, the wheel goes on to the right.
    const bool isFlat = verticalScrollBar()->maximum() == verticalScrollBar()->minimum();
    if (isFlat && event->angleDelta().x() == 0 && !event->angleDelta().isNull()) {
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - event->angleDelta().y());
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

bool SceneScrollArea::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            setZoom(m_zoom * (1 + gesture->value()), gesture->position());
            return true;
        }
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void SceneScrollArea::startPan(const QMouseEvent& event)
{
    m_pressed = event.pos();
    m_scrolledAtPress = {horizontalScrollBar()->value(), verticalScrollBar()->value()};
    m_isPanning = event.button() == Qt::MiddleButton;
}

bool SceneScrollArea::pan(const QMouseEvent& event)
{
    if (!(event.buttons() & (Qt::LeftButton | Qt::MiddleButton)))
        return false;
    const QPoint way = event.pos() - m_pressed;
    if (!m_isPanning && way.manhattanLength() < QApplication::startDragDistance())
        return true;
    m_isPanning = true;
    m_isFitted = false;
    viewport()->setCursor(Qt::ClosedHandCursor);
    horizontalScrollBar()->setValue(m_scrolledAtPress.x() - way.x());
    verticalScrollBar()->setValue(m_scrolledAtPress.y() - way.y());
    return true;
}

bool SceneScrollArea::endPan()
{
    viewport()->unsetCursor();
    return std::exchange(m_isPanning, false);
}

} // namespace gui
