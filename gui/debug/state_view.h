#pragma once

#include <QSet>
#include <QTreeView>

namespace gui {

class RunDebugger;
class StateModel;
class Theme;

/// The state of the agent whose step one looks at. F2 or a double click edits a value at a stop.
class StateView : public QTreeView
{
    Q_OBJECT

public:
    StateView(RunDebugger& debugger, Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] StateModel& stateModel() const { return *m_model; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void takeStep();
    void keepOpen();
    void openAgain();
    void copyPath() const;

    RunDebugger& m_debugger;
    Theme& m_theme;
    StateModel* m_model;
    std::string m_agent; ///< whose state is shown
    QSet<QString> m_open; ///< paths
};

} // namespace gui
