#pragma once

#include <QList>
#include <QObject>

class QAction;
class QActionGroup;
class QMenu;

namespace gui {

class ComparePage;
class Theme;

/// What can be done in a comparison as actions, made once for the window. They act on the page that
/// is in front, and can be done only while there is one.
class CompareActions : public QObject
{
    Q_OBJECT

public:
    explicit CompareActions(Theme& theme, QObject* parent = nullptr);

    QAction* compareWith; ///< always possible
    QAction* previousDifference;
    QAction* nextDifference;
    QAction* divergence;
    QAction* swap;
    QAction* sessions; ///< others of the same files
    QActionGroup* folding; ///< EqualFolding as data

    /// All but the foldings, in the order of the menu.
    [[nodiscard]] QList<QAction*> all() const;

    /// The page in front; null for none.
    void setPage(ComparePage* page);

    void addTo(QMenu& menu);

    /// A menu of the foldings.
    [[nodiscard]] QMenu* makeFoldingMenu(QWidget* parent) const;

private:
    QAction*
    add(const QString& icon, const QString& text, const QKeySequence& key, const QString& toolTip);
    void addFolding();
    void update();

    Theme& m_theme;
    QList<QPair<QAction*, QString>> m_icons;
    ComparePage* m_page = nullptr;
};

} // namespace gui
