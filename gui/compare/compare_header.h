#pragma once

#include "gui/compare/compare_context.h"

#include <QAbstractButton>

namespace gui {

/// Names one side above its steps: its letter, what it is of, how it ended. A click offers what can
/// be done with it.
class CompareSideButton : public QAbstractButton
{
    Q_OBJECT

public:
    CompareSideButton(CompareContext& context, CompareSide side, QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    [[nodiscard]] QString outcome() const;
    void update();

    CompareContext& m_context;
    CompareSide m_side;
};

/// Both names, each above its steps.
class CompareHeader : public QWidget
{
    Q_OBJECT

public:
    explicit CompareHeader(CompareContext& context, QWidget* parent = nullptr);

    [[nodiscard]] CompareSideButton& button(CompareSide side) const { return *m_buttons[side]; }

signals:
    void pressed(gui::CompareSide side);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    CompareContext& m_context;
    OfBoth<CompareSideButton*> m_buttons;
};

} // namespace gui
