#pragma once

#include <QImage>
#include <QObject>
#include <QWidget>

namespace bench {

/// Shows a widget and has it painted at once when told, the way the event loop does it: what the
/// widgets asked to be painted, into the backing store of the window.
class PaintedWindow : public QObject
{
public:
    /// `painted` is the widget whose frames count: `window` itself or a viewport in it.
    PaintedWindow(QWidget& window, QWidget& painted, QSize size);

    /// Paints what is to be painted. Ends the program where that is nothing: a frame that was not
    /// drawn is no measure.
    void paint();

    /// Has `painted` painted anew, whole.
    void repaint();

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget& m_window;
    QWidget& m_painted;
    std::size_t m_frames = 0;
};

/// Fills itself by copying an image of its size: the least that a frame can cost.
class BlitWidget : public QWidget
{
public:
    BlitWidget();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QImage m_image;
};

} // namespace bench
