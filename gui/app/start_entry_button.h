#pragma once

#include "gui/app/start_lists.h"

#include <QAbstractButton>

namespace gui {

class Theme;

/// A row of the start page: what can be opened, where it is, how old and how large.
class StartEntryButton : public QAbstractButton
{
    Q_OBJECT

public:
    StartEntryButton(StartEntry entry, Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] const StartEntry& entry() const { return m_entry; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    StartEntry m_entry;
    Theme& m_theme;
};

} // namespace gui
