#pragma once

#include "gui/branches/step_edits.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace gui {

class EditsView;
class Theme;

/// Edits one side of a recorded step, part by part. What is typed counts as soon as it makes sense.
class StepEditor : public QWidget
{
    Q_OBJECT

public:
    StepEditor(EditSide side, Theme& theme, QWidget* parent = nullptr);

    /// `empty` is said where there is nothing to edit.
    void setStep(const engine::StepInspection& step, const QString& empty);

    [[nodiscard]] const StepEdits& edits() const { return m_edits; }

    /// Takes what is typed now; false where it makes no sense, which is said beside it.
    bool apply();

    /// Something else keeps this side from being changed: why; empty: nothing does.
    void setLocked(const QString& reason);

    /// Shows a part, by its path.
    void showPart(const std::string& path);

    [[nodiscard]] QPlainTextEdit& text() const { return *m_editor; }

signals:
    void changed();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void makeWidgets();
    void setFonts();
    void showParts();
    void showCurrent();
    void updateList();
    void setNote(const QString& text, bool isProblem);
    void takeBack();
    void followTheme();
    void lookAtTyped();
    [[nodiscard]] std::string currentPath() const;

    Theme& m_theme;
    StepEdits m_edits;
    std::vector<RequestPart> m_parts;
    QString m_empty;
    QString m_locked;
    std::string m_shownPath; ///< of what the editor shows
    QString m_shown; ///< what the editor began with, or what was taken last
    QListWidget* m_list;
    QPlainTextEdit* m_editor;
    QLabel* m_note;
    EditsView* m_changes;
    QPushButton* m_back;
    QLabel* m_nothing;
    QWidget* m_body;
    QTimer m_pause; ///< before what is typed is taken
};

} // namespace gui
