#pragma once

#include "gui/debug/hit_finder.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace gui {

class DebugTable;
class Theme;
class TraceHitsModel;

/// A list of hits with a line above that says how many there are and what the trace does not tell.
/// A hit that is chosen is told: stepChosen().
class HitsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit HitsPanel(Theme& theme, QWidget* parent = nullptr);

    /// `trace` is the one that was looked through, or a later state of it.
    void setHits(const FoundHits& hits, const tracestore::TracePtr& trace);

    /// Marks the first hit of the step that one looks at, without telling of it.
    void setCurrentStep(tracestore::SpanId step);

    /// Shows a sentence instead of how many there are, faint where nothing is wrong.
    void setMessage(const QString& text, bool isError = false);

    [[nodiscard]] QString message() const;

    /// Offers to close it: closeRequested().
    void setClosable();

    [[nodiscard]] TraceHitsModel& model() const { return *m_model; }

    [[nodiscard]] DebugTable& table() const { return *m_table; }

signals:
    void closeRequested();
    void stepChosen(tracestore::SpanId step);

private:
    void updateColors();

    Theme& m_theme;
    TraceHitsModel* m_model;
    QLabel* m_message;
    QToolButton* m_close;
    DebugTable* m_table;
    bool m_isError = false;
};

/// `3 hits`, and below it what the trace does not tell.
QString hitsSummary(const engine::TraceHits& hits);

} // namespace gui
