#include "gui/compare/compare_actions.h"

#include "gui/compare/compare_page.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>

namespace gui {

using namespace Qt::StringLiterals;

CompareActions::CompareActions(Theme& theme, QObject* parent)
    : QObject(parent)
    , m_theme(theme)
{
    compareWith = add(u"compare"_s,
                      tr("&Compare With…"),
                      Qt::CTRL | Qt::SHIFT | Qt::Key_D,
                      tr("Compare a trace with another one, pair by pair"));
    previousDifference = add(u"back"_s,
                             tr("&Previous Difference"),
                             Qt::SHIFT | Qt::Key_F7,
                             tr("To the pair before that differs"));
    nextDifference = add(
        u"forward"_s, tr("&Next Difference"), Qt::Key_F7, tr("To the next pair that differs"));
    divergence = add({},
                     tr("First &Lasting Divergence"),
                     Qt::ALT | Qt::Key_F7,
                     tr("To the first pair that differs and is not made good again"));
    swap = add(u"swap"_s, tr("&Swap"), Qt::CTRL | Qt::SHIFT | Qt::Key_X, tr("Exchange A and B"));
    sessions = add({}, tr("Choose &Sessions…"), {}, tr("Compare other sessions of the same files"));
    addFolding();
    connect(nextDifference, &QAction::triggered, this, [this] { m_page->goToNextDifference(); });
    connect(previousDifference, &QAction::triggered, this, [this] {
        m_page->goToPreviousDifference();
    });
    connect(divergence, &QAction::triggered, this, [this] { m_page->goToDivergence(); });
    connect(swap, &QAction::triggered, this, [this] { m_page->swap(); });
    const auto updateIcons = [this] {
        for (const auto& [action, icon] : std::as_const(m_icons))
            action->setIcon(m_theme.icon(icon));
    };
    updateIcons();
    connect(&theme, &Theme::changed, this, updateIcons);
    update();
}

QAction* CompareActions::add(const QString& icon,
                             const QString& text,
                             const QKeySequence& key,
                             const QString& toolTip)
{
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    QString plain = text;
    action->setIconText(plain.remove(u'&').remove(u'…'));
    const QString keys = key.toString(QKeySequence::NativeText);
    action->setToolTip(keys.isEmpty() ? toolTip : QString(toolTip + u"  ("_s + keys + u')'));
    if (!icon.isEmpty())
        m_icons.emplaceBack(action, icon);
    return action;
}

void CompareActions::addFolding()
{
    folding = new QActionGroup(this);
    const auto addOne = [&](EqualFolding how, const QString& text, const QString& toolTip) {
        QAction* action = folding->addAction(text);
        action->setCheckable(true);
        action->setToolTip(toolTip);
        action->setData(static_cast<int>(how));
        connect(action, &QAction::triggered, this, [this, how] { m_page->setFolding(how); });
    };
    addOne(EqualFolding::Stretches,
           tr("&Stretches"),
           tr("Fold what is equal, but for what stands beside a difference"));
    addOne(EqualFolding::All, tr("&All"), tr("Fold all that is equal"));
    addOne(EqualFolding::None, tr("&None"), tr("Show every pair"));
}

QList<QAction*> CompareActions::all() const
{
    return {compareWith, nextDifference, previousDifference, divergence, swap, sessions};
}

void CompareActions::setPage(ComparePage* page)
{
    if (m_page != nullptr)
        m_page->disconnect(this);
    m_page = page;
    if (m_page != nullptr) {
        connect(m_page, &ComparePage::changed, this, &CompareActions::update);
        connect(m_page, &QObject::destroyed, this, [this] {
            m_page = nullptr;
            update();
        });
    }
    update();
}

void CompareActions::update()
{
    const bool isOpen = m_page != nullptr;
    swap->setEnabled(isOpen);
    sessions->setEnabled(isOpen);
    nextDifference->setEnabled(isOpen && m_page->context().nextDifference().has_value());
    previousDifference->setEnabled(isOpen && m_page->context().previousDifference().has_value());
    divergence->setEnabled(isOpen && m_page->context().alignment().firstDivergence.has_value());
    folding->setEnabled(isOpen);
    const QList<QAction*> foldings = folding->actions();
    for (QAction* action : foldings)
        action->setChecked(isOpen && action->data().toInt() == static_cast<int>(m_page->folding()));
}

void CompareActions::addTo(QMenu& menu)
{
    menu.setToolTipsVisible(true);
    menu.addAction(compareWith);
    menu.addAction(sessions);
    menu.addSeparator();
    menu.addActions({nextDifference, previousDifference, divergence});
    menu.addSeparator();
    QMenu* folded = menu.addMenu(tr("&Fold Equal"));
    folded->addActions(folding->actions());
    folded->setToolTipsVisible(true);
    menu.addAction(swap);
}

QMenu* CompareActions::makeFoldingMenu(QWidget* parent) const
{
    auto* menu = new QMenu(parent);
    menu->setToolTipsVisible(true);
    menu->addActions(folding->actions());
    return menu;
}

} // namespace gui
