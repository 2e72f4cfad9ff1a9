#pragma once

#include "engine/runtime/engine_service.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QToolButton;

namespace gui {

class Theme;

/// What an agent asks the user: a question with a line for the answer, a choice, or whether a call
/// may be made, with its exact arguments. Texts are plain text.
class QuestionPanel : public QFrame
{
    Q_OBJECT

public:
    explicit QuestionPanel(Theme& theme, QWidget* parent = nullptr);

    /// Shows the first; hides itself where there is none. What one types into the line of a
    /// question that is still asked stays.
    void setQuestions(const std::vector<engine::RunQuestion>& questions);

signals:
    /// The text, or `allow`, `deny` for an approval.
    void answered(const std::string& effect, const QString& text);

private:
    void show(const engine::RunQuestion& question);
    void showSubject();
    void addButton(const QString& text, const QString& answer, bool isDefault);
    void send(const QString& text);
    void followTheme();

    Theme& m_theme;
    std::string m_effect; ///< of the question shown; empty: none
    QLabel* m_title;
    QLabel* m_question;
    QPlainTextEdit* m_subject;
    QToolButton* m_more; ///< the definition, not only the arguments
    std::string m_asked; ///< the whole of what is asked about
    QLineEdit* m_answer;
    QHBoxLayout* m_buttons;
};

} // namespace gui
