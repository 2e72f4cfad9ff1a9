#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace engine {
struct RunStatus;
}

namespace gui {

class SessionContext;
class Theme;

/// The facts of the open trace, for the status bar: source, steps, tokens, cost and where the cost
/// is from, errors, and what the import came to.
class StatusStrip : public QWidget
{
    Q_OBJECT

public:
    explicit StatusStrip(Theme& theme, QWidget* parent = nullptr);

    /// Null while no trace is in sight.
    void setContext(const SessionContext* context);

    /// The run whose trace that is; null where it is none.
    void setRun(const engine::RunStatus* status);

signals:
    void nextErrorRequested();
    void reportRequested();

private:
    void showSource(const SessionContext& context);
    void showTokens(const SessionContext& context);
    void showCost(const SessionContext& context);
    void showErrors(const SessionContext& context);
    void showReport(const SessionContext& context);

    Theme& m_theme;
    QLabel* m_recording;
    QLabel* m_script;
    QLabel* m_source;
    QLabel* m_steps;
    QLabel* m_tokens;
    QLabel* m_cost;
    QToolButton* m_errors;
    QToolButton* m_report;
};

} // namespace gui
