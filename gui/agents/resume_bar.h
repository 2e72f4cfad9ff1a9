#pragma once

#include "engine/runtime/interrupted_run.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace gui {

class Theme;

/// Says over the views of a recording that its run was cut off, what is in doubt, and offers to go
/// on with it. Texts are plain text.
class ResumeBar : public QFrame
{
    Q_OBJECT

public:
    /// `steps`: how many the recording shows.
    ResumeBar(const engine::InterruptedRun& run,
              std::size_t steps,
              Theme& theme,
              QWidget* parent = nullptr);

signals:
    void resumeRequested();

private:
    void followTheme();
    void addDoubts(const engine::InterruptedRun& run, QVBoxLayout& column);

    Theme& m_theme;
    QLabel* m_icon;
    QLabel* m_text;
    QLabel* m_note = nullptr; ///< what will be asked; null where nothing will
    QPushButton* m_resume;
    std::vector<QLabel*> m_doubts;
};

} // namespace gui
