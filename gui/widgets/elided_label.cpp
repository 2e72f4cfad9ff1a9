#include "gui/widgets/elided_label.h"

#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kLeastLetters = 4;

} // namespace

ElidedLabel::ElidedLabel(Qt::TextElideMode mode, QWidget* parent)
    : QLabel(parent)
    , m_mode(mode)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
}

void ElidedLabel::setLine(const QString& text)
{
    setText(text);
    // The text of a stranger: what looks like markup is none.
    setToolTip(text.isEmpty() ? text : QString(u"<p>"_s + text.toHtmlEscaped() + u"</p>"_s));
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QSize whole = QLabel::minimumSizeHint();
    return {qMin(whole.width(), kLeastLetters * fontMetrics().averageCharWidth()), whole.height()};
}

void ElidedLabel::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    const QRect room = contentsRect();
    painter.drawText(room,
                     static_cast<int>(alignment()) | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), m_mode, room.width()));
}

} // namespace gui
