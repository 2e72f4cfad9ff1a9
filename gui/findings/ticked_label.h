#pragma once

#include "gui/findings/ticked_text.h"

#include <QWidget>

namespace gui {

class Theme;

/// A text with names in backticks, broken into lines; see TickedText. Never markup, whatever stands
/// in it.
class TickedLabel : public QWidget
{
    Q_OBJECT

public:
    explicit TickedLabel(const Theme& theme, QWidget* parent = nullptr);

    void setText(const QString& ticked);

    /// As it is shown, without ticks.
    [[nodiscard]] const QString& text() const { return m_shown.text; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }

    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void layOut(QTextLayout& layout, double width) const;

    const Theme& m_theme;
    QString m_ticked;
    TickedText m_shown;
};

} // namespace gui
