#pragma once

#include <QWidget>

namespace gui {

class Theme;

/// How the debugger stands, in words, in the tool bar. A click or Enter goes to the stop.
class StopLine : public QWidget
{
    Q_OBJECT

public:
    explicit StopLine(Theme& theme, QWidget* parent = nullptr);

    /// `details`: lines for who wants to know more. `isStop`: it has stopped, and does not go on.
    void setText(const QString& text, const QString& details, bool isStop);

    [[nodiscard]] const QString& text() const { return m_text; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void activated();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    Theme& m_theme;
    QString m_text;
    bool m_isStop = false;
};

} // namespace gui
