#pragma once

#include "engine/debug/debug_status.h"

#include <QPlainTextEdit>

namespace gui {

class Theme;

/// The edits of a step that wait for it to go on, each as what was and what will be. Takes no more
/// room than they need.
class EditsView : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit EditsView(const Theme& theme, QWidget* parent = nullptr);

    void setEdits(const std::vector<engine::PendingEdit>& edits);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitHeight();

    const Theme& m_theme;
};

} // namespace gui
