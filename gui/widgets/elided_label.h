#pragma once

#include <QLabel>

namespace gui {

/// A line of plain text that gives way to the width that there is: what does not fit is left out at
/// `mode`, and text() and the tool tip still have all of it.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(Qt::TextElideMode mode, QWidget* parent = nullptr);

    /// In place of setText(), for the tool tip's sake.
    void setLine(const QString& text);

    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Qt::TextElideMode m_mode;
};

} // namespace gui
