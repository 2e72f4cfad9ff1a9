#include "gui/compare/compare_bar.h"

#include "gui/compare/compare_actions.h"
#include "gui/compare/compare_page.h"
#include "gui/compare/compare_words.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QAction>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kPillHeight = 24;
    constexpr int kPillPadding = 12;

    QString remark()
    {
        return CompareBar::tr("alignment shows where they part, not why");
    }

} // namespace

CompareSummary::CompareSummary(Theme& theme, QWidget* parent)
    : QAbstractButton(parent)
    , m_theme(theme)
{
    setObjectName(u"compareSummary"_s);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(kPillHeight + 6);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CompareSummary::setPage(const ComparePage* page)
{
    QString text;
    m_isWarning = false;
    if (page != nullptr) {
        const CompareContext& context = page->context();
        m_isWarning = context.alignment().sharesLittle;
        text = m_isWarning ? QString(tr("They share next to nothing") + u"  ·  "_s
                                     + alignmentSummary(context.alignment()))
                           : QString(alignmentSummary(context.alignment()) + u"  ·  "_s
                                     + divergenceSummary(context));
    }
    setText(text);
    setAccessibleName(text);
    setToolTip(QString(u"<p>"_s + text.toHtmlEscaped() + u"</p><p>"_s + remark() + u"</p>"_s));
    update();
}

QSize CompareSummary::sizeHint() const
{
    return {pillWidth() + metrics::kMargin, height()};
}

QSize CompareSummary::minimumSizeHint() const
{
    return {120, height()};
}

/// With a little more than the text needs: rounding must not cut its end.
int CompareSummary::pillWidth() const
{
    return QFontMetrics(m_theme.smallFont()).horizontalAdvance(text()) + 2 * kPillPadding
        + metrics::kSpacing;
}

QRect CompareSummary::pill() const
{
    return {metrics::kMargin,
            (height() - kPillHeight) / 2,
            std::min(pillWidth(), width() - metrics::kMargin),
            kPillHeight};
}

bool CompareSummary::hitButton(const QPoint& position) const
{
    return pill().contains(position);
}

void CompareSummary::enterEvent(QEnterEvent*)
{
    update();
}

void CompareSummary::leaveEvent(QEvent*)
{
    update();
}

void CompareSummary::paintEvent(QPaintEvent*)
{
    if (text().isEmpty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect box = pill();
    const ColorRole role = m_isWarning ? ColorRole::Warning : ColorRole::Accent;
    QColor fill = m_theme.color(role);
    fill.setAlphaF(underMouse() || isDown() ? 0.28F : 0.18F);
    painter.setPen(hasFocus() ? QPen(m_theme.color(ColorRole::Focus), 1.5) : QPen(Qt::NoPen));
    painter.setBrush(fill);
    painter.drawRoundedRect(
        QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), kPillHeight / 2.0, kPillHeight / 2.0);
    painter.setFont(m_theme.smallFont());
    painter.setPen(m_theme.color(role));
    const QRect room = box.adjusted(kPillPadding, 0, -kPillPadding, 0);
    painter.drawText(room,
                     Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(text(), Qt::ElideRight, room.width()));
    const QRect behind(box.right() + 2 * metrics::kMargin,
                       0,
                       width() - box.right() - 3 * metrics::kMargin,
                       height());
    if (painter.fontMetrics().horizontalAdvance(remark()) > behind.width())
        return;
    painter.setPen(m_theme.color(ColorRole::TextDim));
    painter.drawText(behind, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, remark());
}

CompareBar::CompareBar(CompareActions& actions, Theme& theme, QWidget* parent)
    : QToolBar(tr("Compare"), parent)
    , m_theme(theme)
    , m_pair(new QToolButton(this))
    , m_summary(new CompareSummary(theme, this))
{
    setObjectName(u"compareBar"_s);
    setMovable(false);
    setFixedHeight(metrics::kToolBarHeight);
    setIconSize(kIconBesideText);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    toggleViewAction()->setVisible(false);
    addAction(actions.previousDifference);
    addAction(actions.nextDifference);
    addSeparator();
    auto* fold = new QToolButton(this);
    fold->setText(tr("Fold Equal ▾"));
    fold->setToolTip(tr("What is shown of the steps that are equal"));
    fold->setMenu(actions.makeFoldingMenu(fold));
    fold->setPopupMode(QToolButton::InstantPopup);
    addWidget(fold);
    addAction(actions.swap);
    m_pair->setText(tr("Pair ▾"));
    m_pair->setObjectName(u"pairMenu"_s);
    m_pair->setToolTip(tr("Open, fork or replay a step of the selected pair"));
    auto* menu = new QMenu(m_pair);
    menu->setToolTipsVisible(true);
    m_pair->setMenu(menu);
    m_pair->setPopupMode(QToolButton::InstantPopup);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        emit pairMenuRequested(menu);
    });
    addWidget(m_pair);
    addWidget(m_summary);
    connect(m_summary, &QAbstractButton::clicked, actions.divergence, &QAction::trigger);
    for (QToolButton* button : findChildren<QToolButton*>())
        button->setFocusPolicy(Qt::TabFocus);
}

void CompareBar::setPage(ComparePage* page)
{
    m_summary->setPage(page);
    m_pair->setEnabled(page != nullptr && page->context().selected().has_value());
}

} // namespace gui
