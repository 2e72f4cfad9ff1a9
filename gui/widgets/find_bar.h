#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;

namespace gui {

class TextViewer;
class Theme;

/// The line at the top right of a text viewer in which one types what to find. Enter and
/// Shift+Enter go on and back, Escape closes it.
class FindBar : public QFrame
{
    Q_OBJECT

public:
    FindBar(Theme& theme, TextViewer& viewer);

    /// Shows the bar with this text in it, ready to type.
    void open(const QString& text);
    void findNext(bool forward);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    TextViewer& m_viewer;
    QLineEdit* m_edit;
    QLabel* m_answer;
};

} // namespace gui
