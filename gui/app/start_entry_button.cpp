#include "gui/app/start_entry_button.h"

#include "gui/theme/theme.h"

#include <QKeyEvent>
#include <QPainter>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kButtonHeight = 46;

} // namespace

StartEntryButton::StartEntryButton(StartEntry entry, Theme& theme, QWidget* parent)
    : QAbstractButton(parent)
    , m_entry(std::move(entry))
    , m_theme(theme)
{
    setText(m_entry.title);
    setAccessibleName(m_entry.title);
    setAccessibleDescription(QString(m_entry.detail + u", "_s + m_entry.figures));
    setToolTip(QString(u"<p>"_s + m_entry.path.toHtmlEscaped() + u"</p>"_s));
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize StartEntryButton::sizeHint() const
{
    return {360, kButtonHeight};
}

QSize StartEntryButton::minimumSizeHint() const
{
    return {160, kButtonHeight};
}

void StartEntryButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (underMouse() || isDown()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.color(isDown() ? ColorRole::Selection : ColorRole::Hover));
        painter.drawRoundedRect(rect(), metrics::kRadius, metrics::kRadius);
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(m_theme.color(ColorRole::Focus));
        painter.drawRoundedRect(
            QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius, metrics::kRadius);
    }
    const QRect area = rect().adjusted(metrics::kMargin, 5, -metrics::kMargin, -5);
    QRect first(area.left(), area.top(), area.width(), area.height() / 2);
    QRect second(area.left(), first.bottom() + 1, area.width(), area.height() / 2);
    painter.setFont(m_theme.smallFont());
    painter.setPen(m_theme.color(ColorRole::TextDim));
    painter.drawText(first, Qt::AlignRight | Qt::AlignVCenter, m_entry.figures);
    first.setRight(first.right() - painter.fontMetrics().horizontalAdvance(m_entry.figures)
                   - 2 * metrics::kMargin);
    const bool isPath = m_entry.detail.startsWith(u'/') || m_entry.detail.startsWith(u'~');
    const QString detail = painter.fontMetrics().elidedText(
        m_entry.detail, isPath ? Qt::ElideMiddle : Qt::ElideRight, second.width());
    painter.drawText(second, Qt::AlignLeft | Qt::AlignVCenter, detail);
    painter.setFont(m_theme.textFont());
    painter.setPen(m_theme.color(m_entry.isThere ? ColorRole::Link : ColorRole::TextDim));
    const QString title
        = painter.fontMetrics().elidedText(m_entry.title, Qt::ElideRight, first.width());
    painter.drawText(first, Qt::AlignLeft | Qt::AlignVCenter, title);
}

/// Return opens what has the focus, as in any list; a button of its own takes Space only.
void StartEntryButton::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

} // namespace gui
