#pragma once

#include <QFrame>

class QLabel;

namespace gui {

class Theme;

/// A small window beside the mouse with a name and some facts, all plain text.
class GraphHoverCard : public QFrame
{
public:
    GraphHoverCard(const Theme& theme, QWidget* parent);

    /// Shows it at a place of the screen; moved so that it stays on it.
    void showAt(QPoint globalPosition, const QString& title, const QString& facts);

private:
    const Theme& m_theme;
    QLabel* m_title;
    QLabel* m_facts;
};

} // namespace gui
