#pragma once

#include "gui/debug/run_table.h"

#include <QTimer>

namespace gui {

class PendingModel;
class RunDebugger;

/// What a run has under way, with what one can do with each: go on with it alone, give an answer of
/// one's own, give it up.
class PendingView : public RunTable
{
    Q_OBJECT

public:
    PendingView(RunDebugger& debugger, Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] PendingModel& pendingModel() const { return *m_model; }

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    QAction* add(const QString& icon, const QString& text, const QKeySequence& key);
    void takeStatus();
    void updateActions();
    void updateIcons();
    void goOn();
    void cancel();

    RunDebugger& m_debugger;
    Theme& m_theme;
    PendingModel* m_model;
    QAction* m_goOn;
    QAction* m_answer;
    QAction* m_cancel;
    QTimer m_ticker;
    bool m_isFollowing = false; ///< what is current is not chosen by the user
};

} // namespace gui
