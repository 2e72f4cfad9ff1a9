#include "gui/app/view_header.h"

#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

namespace gui {

using namespace Qt::StringLiterals;

ViewHeader::ViewHeader(QWidget& view, Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setFixedHeight(metrics::kHeaderHeight);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::kMargin, 0, metrics::kSpacing, 0);
    row->setSpacing(0);
    auto* title = new QLabel(view.windowTitle(), this);
    title->setTextFormat(Qt::PlainText);
    QFont font = theme.textFont();
    font.setWeight(QFont::DemiBold);
    title->setFont(font);
    title->setMinimumWidth(10);
    connect(&view, &QWidget::windowTitleChanged, title, &QLabel::setText);
    row->addWidget(title, 1);
    row->addWidget(toolButtons(view, theme, this));
    addCloseButton(*row);
}

QWidget* ViewHeader::toolButtons(const QWidget& view, const Theme& theme, QWidget* parent)
{
    auto* buttons = new QWidget(parent);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (QAction* action : view.actions()) {
        auto* button = new QToolButton(buttons);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setIconSize({metrics::kIconSize, metrics::kIconSize});
        // What changes how the view is to be read is said in words.
        if (action->priority() == QAction::HighPriority) {
            button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
            button->setIconSize(kIconBesideText);
            button->setFont(theme.smallFont());
        }
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(action->toolTip());
        if (action->menu() != nullptr)
            button->setPopupMode(QToolButton::InstantPopup);
        row->addWidget(button);
    }
    return buttons;
}

void ViewHeader::addCloseButton(QHBoxLayout& row)
{
    auto* close = new QToolButton(this);
    close->setAutoRaise(true);
    close->setFocusPolicy(Qt::TabFocus);
    close->setIconSize({12, 12});
    close->setToolTip(tr("Close this view; the View menu brings it back"));
    close->setAccessibleName(tr("Close this view"));
    const auto updateIcon = [this, close] { close->setIcon(m_theme.icon(u"close"_s)); };
    updateIcon();
    connect(&m_theme, &Theme::changed, close, updateIcon);
    connect(close, &QToolButton::clicked, this, &ViewHeader::closeRequested);
    row.addWidget(close);
}

QSize ViewHeader::sizeHint() const
{
    return {QWidget::sizeHint().width(), metrics::kHeaderHeight};
}

QSize ViewHeader::minimumSizeHint() const
{
    return {80, metrics::kHeaderHeight};
}

void ViewHeader::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(ColorRole::Panel));
    painter.fillRect(0, height() - 1, width(), 1, m_theme.color(ColorRole::Hairline));
}

} // namespace gui
