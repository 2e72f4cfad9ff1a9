#pragma once

#include <QSet>
#include <QTreeView>

class QLabel;

namespace gui {

class RunDebugger;
class StateModel;
class Theme;

/// The state of the agent whose step one looks at. F2 or a double click edits a value at a stop;
/// what that would set off is said below, before it is done.
class StateView : public QTreeView
{
    Q_OBJECT

public:
    StateView(RunDebugger& debugger, Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] StateModel& stateModel() const { return *m_model; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void updateGeometries() override;

private:
    void takeStep();
    void keepOpen();
    void openAgain();
    void copyPath() const;
    void updateNote();
    [[nodiscard]] bool canEdit() const;

    RunDebugger& m_debugger;
    Theme& m_theme;
    StateModel* m_model;
    QLabel* m_note; ///< what a change would set off
    bool m_isFitting = false; ///< the margins of the viewport are being set
    std::string m_agent; ///< whose state is shown
    QSet<QString> m_open; ///< paths
};

} // namespace gui
