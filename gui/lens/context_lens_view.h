#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"
#include "tracestore/provenance/context_window.h"

#include <QWidget>

#include <memory>

class QLabel;
class QStackedWidget;
class QTableView;
class QTimer;

namespace gui {

class SessionContext;
class WindowBar;
class WindowHistory;
class WindowPartsModel;

/// What fills the window of the model call that is selected, or of the one before the selected
/// step: by kind and part by part, what is new, changed or gone since the call before, and where
/// the cached front ends. Read off the GUI thread while the view is in sight.
class ContextLensView : public QWidget
{
    Q_OBJECT

public:
    explicit ContextLensView(SessionContext& context, QWidget* parent = nullptr);
    ~ContextLensView() override;

    [[nodiscard]] WindowPartsModel& parts() const { return *m_parts; }

    [[nodiscard]] WindowHistory& history() const { return *m_history; }

    [[nodiscard]] WindowBar& bar() const { return *m_bar; }

    /// The sentences above the parts.
    [[nodiscard]] QString notice() const;

    /// What is said where there is no window to show; empty where there is one.
    [[nodiscard]] QString message() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void update(bool isOther);
    [[nodiscard]] tracestore::SpanId callOf(tracestore::SpanId span) const;
    void readWindow();
    void tellTotal();
    void readHistory();
    void adopt(const tracestore::Result<tracestore::ContextWindow>& window);
    void say(const QString& text);
    void updateColors();

    SessionContext& m_context;
    tracestore::SpanId m_call; ///< that is shown
    tracestore::SessionId m_session; ///< of the history, with the agent
    tracestore::AgentId m_agent;
    bool m_isStale = true; ///< what is shown is not of the selected step
    std::shared_ptr<tracestore::Job> m_windowJob;
    std::shared_ptr<tracestore::Job> m_historyJob;
    WindowPartsModel* m_parts;
    QStackedWidget* m_stack;
    QWidget* m_page;
    QLabel* m_message;
    QLabel* m_total;
    WindowHistory* m_history;
    WindowBar* m_bar;
    QLabel* m_notice;
    QTableView* m_table;
    QTimer* m_growthPause;
};

} // namespace gui
