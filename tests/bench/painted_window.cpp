#include "tests/bench/painted_window.h"

#include <QCoreApplication>
#include <QEvent>
#include <QPainter>
#include <QWindow>

#include <cstdio>
#include <cstdlib>

namespace bench {

PaintedWindow::PaintedWindow(QWidget& window, QWidget& painted, QSize size)
    : m_window(window)
    , m_painted(painted)
{
    m_painted.installEventFilter(this);
    m_window.resize(size);
    m_window.show();
    while (!m_window.windowHandle()->isExposed())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    QCoreApplication::processEvents();
}

void PaintedWindow::paint()
{
    const std::size_t before = m_frames;
    QEvent request(QEvent::UpdateRequest);
    QCoreApplication::sendEvent(&m_window, &request);
    if (m_frames > before)
        return;
    std::fprintf(stderr, "Nothing was painted.\n");
    std::exit(1);
}

void PaintedWindow::repaint()
{
    m_painted.update();
    paint();
}

bool PaintedWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &m_painted && event->type() == QEvent::Paint)
        ++m_frames;
    return false;
}

BlitWidget::BlitWidget()
{
    setAttribute(Qt::WA_OpaquePaintEvent);
}

void BlitWidget::paintEvent(QPaintEvent*)
{
    QPainter(this).drawImage(0, 0, m_image);
}

void BlitWidget::resizeEvent(QResizeEvent*)
{
    m_image = QImage(size(), QImage::Format_RGB32);
    m_image.fill(Qt::darkGray);
}

} // namespace bench
