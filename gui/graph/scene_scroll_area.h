#pragma once

#include <QAbstractScrollArea>
#include <QPoint>
#include <QRectF>

namespace gui {

/// Looks at a picture of any size: zooms about a place that stays where it is, drags, fits the
/// whole into sight. What the picture is belongs to who derives from it.
class SceneScrollArea : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit SceneScrollArea(QWidget* parent = nullptr);

    [[nodiscard]] double zoom() const { return m_zoom; }

    /// Where a point of the scene stands in the viewport.
    [[nodiscard]] QPointF toView(QPointF point) const;
    [[nodiscard]] QPointF toScene(QPointF point) const;

public slots:
    void fit();
    void setZoom(double zoom, QPointF fixedViewPoint);

protected:
    static constexpr double kMargin = 24; ///< round the picture
    /// Below this the whole is too small to begin with.
    static constexpr double kLeastStartZoom = 0.5;

    /// What is looked at.
    [[nodiscard]] virtual QRectF sceneBounds() const = 0;

    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool viewportEvent(QEvent* event) override;

    /// The zoom at which the whole is in sight, no more than 1.
    [[nodiscard]] double fitZoom() const;
    void updateScrollBars();
    /// Scrolls so that a point of the scene stands at a place of the viewport, as far as that can
    /// be.
    void scrollTo(QPointF scenePoint, QPointF viewPoint);
    /// Scrolls only as far as is needed.
    void ensureVisible(const QRectF& rect);
    /// Plus, minus, 1 and F; false for other keys.
    bool zoomByKey(int key);

    void startPan(const QMouseEvent& event);
    /// Moves along with the mouse where a button is down; false where none is.
    bool pan(const QMouseEvent& event);
    /// Whether it was dragged rather than clicked.
    bool endPan();

    double m_zoom = 1;
    bool m_isFitted = true; ///< the whole is in sight, and stays so when the size changes
    bool m_isPanning = false;

private:
    QPoint m_pressed;
    QPoint m_scrolledAtPress;
};

} // namespace gui
