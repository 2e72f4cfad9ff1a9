#pragma once

#include <QWidget>

#include <optional>

class QLabel;
class QToolButton;

namespace engine {
struct RunStatus;
}

namespace tracestore {
struct TraceAlignment;
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

    /// How two traces that are compared stand to each other; null until that is known. In place of
    /// a trace.
    void setComparison(const tracestore::TraceAlignment* alignment, std::optional<qint64> ms);

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
