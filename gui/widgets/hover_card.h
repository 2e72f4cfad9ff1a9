#pragma once

#include <QFrame>

class QLabel;

namespace gui {

class Theme;

/// A small card beside the mouse. Shows plain text only: a tool tip would take a stranger's text
/// for HTML. Never takes the focus or the mouse.
class HoverCard : public QFrame
{
    Q_OBJECT

public:
    HoverCard(const Theme& theme, QWidget* parent);

    /// Shows the text near a point of the screen, within the screen.
    void showAt(QPoint globalPosition, const QString& text);

private:
    void followTheme();

    const Theme& m_theme;
    QLabel* m_label;
};

} // namespace gui
