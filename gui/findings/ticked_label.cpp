#include "gui/findings/ticked_label.h"

#include "gui/theme/theme.h"

#include <QEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace gui {

TickedLabel::TickedLabel(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setFont(theme.smallFont());
}

void TickedLabel::setText(const QString& ticked)
{
    m_ticked = ticked;
    m_shown = TickedText::of(ticked, m_theme.codeFont());
    setAccessibleName(m_shown.text);
    updateGeometry();
    update();
}

QSize TickedLabel::minimumSizeHint() const
{
    return {60, heightForWidth(std::max(width(), 60))};
}

QSize TickedLabel::sizeHint() const
{
    return {240, heightForWidth(240)};
}

int TickedLabel::heightForWidth(int width) const
{
    QTextLayout layout(m_shown.text, font());
    layOut(layout, width);
    return static_cast<int>(std::ceil(layout.boundingRect().height()));
}

void TickedLabel::layOut(QTextLayout& layout, double width) const
{
    layout.setFormats(m_shown.codes);
    layOutLines(layout, width);
}

void TickedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    QTextLayout layout(m_shown.text, font());
    layOut(layout, width());
    layout.draw(&painter, {0, 0});
}

void TickedLabel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        setText(m_ticked);
    QWidget::changeEvent(event);
}

} // namespace gui
