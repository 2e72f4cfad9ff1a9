#pragma once

#include "engine/branch/fork_point.h"
#include "engine/branch/make_fork.h"
#include "engine/replay/replay_policy.h"

#include <QDialog>

#include <optional>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QTabWidget;
class QVBoxLayout;

namespace gui {

class StepEditor;
class Theme;

/// How the run of a branch begins, and what it may do.
struct ForkManner
{
    bool stopsAtFork = false;
    engine::ReplayPolicy policy;

    bool operator==(const ForkManner&) const = default;
};

/// Asks what shall be different from a step of a recording on, and under which name. Reads the step
/// itself, in the background. It stays open until somebody accepts it: the branch may fail.
class ForkDialog : public QDialog
{
    Q_OBJECT

public:
    /// `recording` and `effect` as in engine::ForkOrder; `number`: of the step, below 0 where it is
    /// not known.
    ForkDialog(const QString& recording,
               const std::string& effect,
               std::int64_t number,
               Theme& theme,
               QWidget* parent = nullptr);

    /// Whether the step was read, so that it can be forked.
    [[nodiscard]] bool isReady() const { return m_point.has_value(); }

    [[nodiscard]] const std::optional<engine::ForkPoint>& point() const { return m_point; }

    [[nodiscard]] engine::ForkOrder order() const;
    [[nodiscard]] ForkManner manner() const;

    [[nodiscard]] StepEditor& request() const { return *m_request; }

    [[nodiscard]] StepEditor& outcome() const { return *m_outcome; }

    [[nodiscard]] StepEditor& state() const { return *m_state; }

    /// The branch could not be made: why.
    void setProblem(const QString& problem);

    /// What the dialog says at its lower edge; empty: nothing.
    [[nodiscard]] QString problem() const;

signals:
    /// The user wants it: setProblem() or accept() answers.
    void forkRequested();
    /// The branch shall differ by its configuration from this step on, in place of a change of the
    /// step: events up to `sameUpTo` are shared. The dialog ends.
    void configurationRequested(std::int64_t sameUpTo);
    /// The step was read, or could not be.
    void settled();

private:
    void makeWidgets();
    void takePoint(const tracestore::Result<engine::ForkPoint>& point);
    void makePolicyWidgets(QVBoxLayout& column);
    void showWriters();
    void showEffects();
    [[nodiscard]] engine::ReplayPolicy policy() const;
    void updateLocks();
    void ask();
    void followTheme();
    void setBusy(bool isBusy);
    [[nodiscard]] QString headline() const;
    [[nodiscard]] QList<StepEditor*> editors() const;

    QString m_recording;
    std::string m_effect;
    std::int64_t m_number;
    Theme& m_theme;
    std::optional<engine::ForkPoint> m_point;
    QLabel* m_title;
    QLabel* m_where;
    QLineEdit* m_name;
    QLineEdit* m_note;
    QLineEdit* m_expected;
    QTabWidget* m_tabs;
    StepEditor* m_request;
    StepEditor* m_outcome;
    StepEditor* m_state;
    QComboBox* m_models;
    QComboBox* m_readers; ///< tools that only read
    QLabel* m_writersTitle;
    QListWidget* m_writers; ///< a tick: it may really do it again
    QLabel* m_effects; ///< what will happen
    QCheckBox* m_stops;
    QLabel* m_problem;
    QDialogButtonBox* m_buttons;
    QPushButton* m_fork = nullptr;
    QPushButton* m_configure = nullptr;
};

} // namespace gui
