#pragma once

#include "engine/replay/replay_status.h"

#include <QFrame>

#include <optional>

class QGridLayout;
class QLabel;
class QLineEdit;

namespace gui {

class DifferenceBox;
class Theme;

/// What a replay waits for: the step that has no outcome, what was recorded and what is asked for
/// now side by side, and what can be done, each as a button with what it does. Plain text.
class DivergencePanel : public QFrame
{
    Q_OBJECT

public:
    explicit DivergencePanel(Theme& theme, QWidget* parent = nullptr);

    /// Shows the first; hides itself where there is none. What was typed for a question that is
    /// still there stays.
    void setQuestions(const std::vector<engine::ReplayQuestion>& questions);

signals:
    void decided(const engine::ReplayDecision& decision);
    /// The step is to be shown.
    void revealWanted(const std::string& effect);

private:
    void show(const engine::ReplayQuestion& question);
    void showChoices(const engine::ReplayQuestion& question);
    void addChoice(engine::ReplayChoice choice, const engine::ReplayQuestion& question, int place);
    void choose(engine::ReplayChoice choice);
    void followTheme();

    Theme& m_theme;
    std::optional<engine::ReplayQuestion> m_question; ///< that is shown
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_text;
    DifferenceBox* m_recorded;
    DifferenceBox* m_now;
    QWidget* m_sides;
    QWidget* m_rule; ///< the normaliser
    QLineEdit* m_path;
    QLineEdit* m_pattern;
    QLineEdit* m_replacement;
    QWidget* m_answerRow;
    QLineEdit* m_answer;
    QWidget* m_choices = nullptr;
    /// Of which a text is typed: Answer, or Fork for the name of the branch.
    engine::ReplayChoice m_typed = engine::ReplayChoice::Answer;
    int m_more = 0; ///< questions behind this one
};

} // namespace gui
