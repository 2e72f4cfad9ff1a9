#pragma once

#include "gui/debug/request_parts.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace gui {

class EditsView;
class RunDebugger;
class Theme;

/// What the pending step that one looks at sends, or what came back, part by part, and the ways to
/// change it before it goes on. What is typed counts once it is applied, or the run goes on.
class RequestView : public QWidget
{
    Q_OBJECT

public:
    RequestView(RunDebugger& debugger, Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] const std::vector<RequestPart>& parts() const { return m_parts; }

    /// Shows a part, by its path.
    void showPart(const std::string& path);

    [[nodiscard]] const RequestPart* part() const;

    /// Whether something is typed that was not applied.
    [[nodiscard]] bool isModified() const;

    /// Applies what is typed; false where it cannot be.
    bool apply();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void makeWidgets();
    QPushButton* addButton(const QString& name, const QString& text, const QString& toolTip);
    void takeStep();
    void showParts();
    void showEdits();
    void showCurrent();
    void check();
    void undo();
    void updateButtons();
    void followTheme();
    void setFonts();
    void setNote(const QString& text, bool isProblem);
    [[nodiscard]] QString headline() const;

    RunDebugger& m_debugger;
    Theme& m_theme;
    QLabel* m_title;
    QLabel* m_empty;
    QWidget* m_body;
    QListWidget* m_list;
    EditsView* m_edits;
    QLabel* m_note;
    QPlainTextEdit* m_editor;
    QWidget* m_buttons;
    QPushButton* m_apply = nullptr;
    QPushButton* m_undo = nullptr;
    QPushButton* m_answer = nullptr;
    QPushButton* m_fail = nullptr;
    QPushButton* m_fault = nullptr;
    std::vector<RequestPart> m_parts;
    std::string m_effect; ///< whose parts are shown
    QString m_shown; ///< the value that the editor began with
    QTimer m_pause; ///< before what is typed is checked
};

} // namespace gui
