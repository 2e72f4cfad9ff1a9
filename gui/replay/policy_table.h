#pragma once

#include "gui/replay/replay_plan.h"

#include <QTableWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace gui {

class Theme;

/// Where the outcomes of each model and tool of a run come from when it is replayed. A tool that
/// writes or reaches outside and is to run really has a tick of its own, which says what happens.
class PolicyTable : public QTableWidget
{
    Q_OBJECT

public:
    explicit PolicyTable(Theme& theme, QWidget* parent = nullptr);

    /// What is chosen stays for those that were there before.
    void setSubjects(const std::vector<ReplaySubject>& subjects);

    /// For all models at once.
    void setModels(engine::ReplayMode mode);

    [[nodiscard]] engine::ReplayPolicy policy() const;

    [[nodiscard]] QComboBox& modeOf(int row) const;
    [[nodiscard]] QLineEdit& answerOf(int row) const;
    [[nodiscard]] QCheckBox& tickOf(int row) const;

signals:
    void changed();

private:
    void addRow(const ReplaySubject& subject);
    void updateRow(int row);
    [[nodiscard]] engine::ReplayRule ruleOf(int row) const;

    Theme& m_theme;
    std::vector<ReplaySubject> m_subjects;
};

} // namespace gui
