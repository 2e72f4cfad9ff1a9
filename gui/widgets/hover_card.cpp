#include "gui/widgets/hover_card.h"

#include "gui/theme/theme.h"

#include <QGuiApplication>
#include <QLabel>
#include <QScreen>
#include <QVBoxLayout>

namespace gui {

HoverCard::HoverCard(const Theme& theme, QWidget* parent)
    : QFrame(parent, Qt::ToolTip | Qt::WindowDoesNotAcceptFocus | Qt::WindowTransparentForInput)
    , m_theme(theme)
    , m_label(new QLabel(this))
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_ShowWithoutActivating);
    m_label->setTextFormat(Qt::PlainText);
    m_label->setWordWrap(true);
    m_label->setMaximumWidth(420);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::kMargin, 6, metrics::kMargin, 6);
    layout->addWidget(m_label);
    connect(&m_theme, &Theme::changed, this, &HoverCard::followTheme);
    followTheme();
}

void HoverCard::showAt(QPoint globalPosition, const QString& text)
{
    m_label->setText(text);
    adjustSize();
    const QScreen* screen = QGuiApplication::screenAt(globalPosition);
    const QRect room
        = (screen != nullptr ? screen : QGuiApplication::primaryScreen())->availableGeometry();
    QPoint at = globalPosition + QPoint(14, 18);
    if (at.x() + width() > room.right())
        at.setX(std::max(room.left(), globalPosition.x() - width() - 8));
    if (at.y() + height() > room.bottom())
        at.setY(std::max(room.top(), globalPosition.y() - height() - 8));
    move(at);
    show();
}

void HoverCard::followTheme()
{
    setFont(m_theme.smallFont());
    QPalette colors = palette();
    colors.setColor(QPalette::Window, m_theme.color(ColorRole::Raised));
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Text));
    setPalette(colors);
    setAutoFillBackground(true);
    setFrameShape(QFrame::Box);
    setLineWidth(1);
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Text));
    m_label->setPalette(colors);
}

} // namespace gui
