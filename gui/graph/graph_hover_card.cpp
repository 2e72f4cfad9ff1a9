#include "gui/graph/graph_hover_card.h"

#include "gui/theme/theme.h"

#include <QLabel>
#include <QScreen>
#include <QVBoxLayout>

namespace gui {

GraphHoverCard::GraphHoverCard(const Theme& theme, QWidget* parent)
    : QFrame(parent, Qt::ToolTip | Qt::FramelessWindowHint | Qt::WindowTransparentForInput)
    , m_theme(theme)
    , m_title(new QLabel(this))
    , m_facts(new QLabel(this))
{
    setAttribute(Qt::WA_ShowWithoutActivating);
    setFrameShape(QFrame::Box);
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::kMargin, 6, metrics::kMargin, 6);
    layout->setSpacing(2);
    constexpr int kMaxWidth = 380;
    for (QLabel* label : {m_title, m_facts}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setMaximumWidth(kMaxWidth);
        layout->addWidget(label);
    }
}

void GraphHoverCard::showAt(QPoint globalPosition, const QString& title, const QString& facts)
{
    QPalette colors = palette();
    colors.setColor(QPalette::Window, m_theme.color(ColorRole::Raised));
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Hairline));
    setPalette(colors);
    const auto write = [&](QLabel* label, const QFont& font, ColorRole role, const QString& text) {
        QPalette ink = label->palette();
        ink.setColor(QPalette::WindowText, m_theme.color(role));
        label->setPalette(ink);
        label->setFont(font);
        label->setText(text);
    };
    write(m_title, m_theme.textFont(), ColorRole::Text, title);
    write(m_facts, m_theme.smallFont(), ColorRole::TextDim, facts);
    adjustSize();
    QPoint place = globalPosition + QPoint(14, 18);
    if (const QScreen* screen = parentWidget()->screen()) {
        const QRect area = screen->availableGeometry();
        if (place.x() + width() > area.right())
            place.setX(globalPosition.x() - width() - 8);
        if (place.y() + height() > area.bottom())
            place.setY(globalPosition.y() - height() - 8);
    }
    move(place);
    show();
}

} // namespace gui
