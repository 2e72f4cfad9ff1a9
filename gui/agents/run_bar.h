#pragma once

#include "engine/runtime/engine_service.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace gui {

class QuestionPanel;
class Theme;

/// What stands above the views of a run: whose it is, how it stands, its figures, what it asks, and
/// the ways to stop it and to go on with the conversation.
class RunBar : public QWidget
{
    Q_OBJECT

public:
    explicit RunBar(Theme& theme, QWidget* parent = nullptr);

    void setStatus(const engine::RunStatus& status);

    /// How many steps of the trace have failed. Figures of the run count attempts; the window is
    /// to say one number of errors, and that is the one it can lead to.
    void setErrors(std::int64_t steps);

    /// A line about the run as a whole; empty: none.
    void setNote(const QString& note);

    /// What is being said at the moment; the end of it is shown.
    void setSpeech(const QString& text);

    /// How many lines the console has; without any there is nothing to show.
    void setConsoleLines(int count);

    [[nodiscard]] QToolButton& consoleButton() const { return *m_console; }

signals:
    void stopRequested();
    void answered(const std::string& effect, const QString& text);
    void said(const QString& text);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeHead(QVBoxLayout& column);
    void makeInput(QVBoxLayout& column);
    void followTheme();
    void showSpeech();
    void showFigures();
    void send();

    Theme& m_theme;
    engine::RunStatus m_status;
    std::optional<std::int64_t> m_errors; ///< in the trace; nothing before there is one
    QLabel* m_name;
    QLabel* m_state;
    QLabel* m_script;
    QLabel* m_figures;
    QLabel* m_note;
    QLabel* m_speech;
    QLabel* m_answer;
    QLabel* m_problem;
    QToolButton* m_console;
    QPushButton* m_stop;
    QuestionPanel* m_question;
    QWidget* m_inputRow;
    QLineEdit* m_input;
    QString m_said;
    QTimer m_speechPause; ///< models say more than can be read
};

} // namespace gui
