#pragma once

#include <QWidget>

class QHBoxLayout;

namespace gui {

class Theme;

/// The header of a dock: the title of its view, the actions of the view as tool buttons, and a
/// button to close it. Being the dock's title bar, it is what one drags.
class ViewHeader : public QWidget
{
    Q_OBJECT

public:
    /// `view` outlives the header.
    ViewHeader(QWidget& view, Theme& theme, QWidget* parent);

    /// Tool buttons for the actions of a view that have an icon or a text, in a row.
    static QWidget* toolButtons(const QWidget& view, const Theme& theme, QWidget* parent);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void closeRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void addCloseButton(QHBoxLayout& row);

    Theme& m_theme;
};

} // namespace gui
