#pragma once

#include "engine/breakpoint/trace_hits.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace gui {

class DebugTable;
class SessionContext;
class TraceHitsModel;

/// A list of hits with a line above that says how many there are and what the trace does not tell.
/// A hit that is chosen is selected in the context.
class HitsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit HitsPanel(SessionContext& context, QWidget* parent = nullptr);

    void setHits(const engine::TraceHits& hits);

    /// Shows a sentence instead of how many there are, faint where nothing is wrong.
    void setMessage(const QString& text, bool isError = false);

    [[nodiscard]] QString message() const;

    /// Offers to close it: closeRequested().
    void setClosable();

    [[nodiscard]] TraceHitsModel& model() const { return *m_model; }

    [[nodiscard]] DebugTable& table() const { return *m_table; }

signals:
    void closeRequested();

private:
    void updateColors();

    SessionContext& m_context;
    TraceHitsModel* m_model;
    QLabel* m_message;
    QToolButton* m_close;
    DebugTable* m_table;
    bool m_isError = false;
};

/// `3 hits`, and below it what the trace does not tell.
QString hitsSummary(const engine::TraceHits& hits);

} // namespace gui
