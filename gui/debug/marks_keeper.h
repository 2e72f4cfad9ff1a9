#pragma once

#include "gui/context/breakpoint_marks.h"

#include <QElapsedTimer>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

namespace gui {

class DebugWorkspace;
class SessionContext;

/// Keeps the marks of a trace as the breakpoints of the workspace are. Where there is much to look
/// through that happens on another thread, and not more often than it can be done.
class MarksKeeper : public QObject
{
    Q_OBJECT

public:
    MarksKeeper(SessionContext& context, DebugWorkspace& workspace, QObject* parent = nullptr);
    ~MarksKeeper() override;

private:
    void update();
    void updateAside();

    SessionContext& m_context;
    DebugWorkspace& m_workspace;
    QThreadPool m_pool;
    QTimer m_pause;
    bool m_isBusy = false;
    bool m_isOutdated = false; ///< something has changed since the work under way began
};

} // namespace gui
