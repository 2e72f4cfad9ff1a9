#include "gui/debug/stop_line.h"

#include "gui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kPillHeight = 24;
    constexpr int kPillMargin = 12;

} // namespace

StopLine::StopLine(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setObjectName(u"stopLine"_s);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::TabFocus);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StopLine::setText(const QString& text, const QString& details, bool isStop)
{
    m_text = text;
    m_isStop = isStop;
    setAccessibleName(text);
    setFocusPolicy(text.isEmpty() ? Qt::NoFocus : Qt::TabFocus);
    setCursor(isStop ? Qt::PointingHandCursor : Qt::ArrowCursor);
    QString tip = text.toHtmlEscaped();
    if (!details.isEmpty())
        tip += u"<br>"_s + details.toHtmlEscaped().replace(u'\n', u"<br>"_s);
    setToolTip(text.isEmpty() ? QString() : QString(u"<p>"_s + tip + u"</p>"_s));
    updateGeometry();
    update();
}

QSize StopLine::sizeHint() const
{
    const int width = QFontMetrics(m_theme.textFont()).horizontalAdvance(m_text);
    return {width + 2 * kPillMargin + 2, kPillHeight};
}

QSize StopLine::minimumSizeHint() const
{
    return {60, kPillHeight};
}

void StopLine::paintEvent(QPaintEvent*)
{
    if (m_text.isEmpty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme.textFont());
    const QColor color = m_theme.color(m_isStop ? ColorRole::Paused : ColorRole::TextDim);
    const QRectF pill(0.5, 0.5, std::min(sizeHint().width(), width()) - 1.0, height() - 1.0);
    if (m_isStop) {
        QColor back = color;
        back.setAlpha(45);
        painter.setPen(hasFocus() ? QPen(color, 1.5) : QPen(Qt::NoPen));
        painter.setBrush(back);
        painter.drawRoundedRect(pill, kPillHeight / 2.0, kPillHeight / 2.0);
    }
    painter.setPen(color);
    const QRectF room = pill.adjusted(kPillMargin, 0, -kPillMargin, 0);
    const QString shown = painter.fontMetrics().elidedText(
        m_text, Qt::ElideRight, static_cast<int>(room.width()) + 1);
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, shown);
}

void StopLine::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_isStop)
        emit activated();
}

void StopLine::keyPressEvent(QKeyEvent* event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && m_isStop)
        emit activated();
    else
        QWidget::keyPressEvent(event);
}

} // namespace gui
