#pragma once

#include "gui/summary/summary_model.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QLabel;
class QTabBar;
class QTableView;

namespace gui {

class SessionContext;
class SummaryStrip;

/// What a trace took: totals on top, and below them tokens, cost, latency and errors by model,
/// tool, agent, session or kind. A click on a figure goes to the first of the steps behind it; next
/// and previous walk through them. The sums are made off the GUI thread when they are first shown.
class SummaryView : public QWidget
{
    Q_OBJECT

public:
    explicit SummaryView(SessionContext& context, QWidget* parent = nullptr);

    [[nodiscard]] SummaryModel& model() const { return *m_model; }

    [[nodiscard]] QTableView& table() const { return *m_table; }

    [[nodiscard]] const SummaryStrip& strip() const { return *m_strip; }

    /// The steps that are walked through; empty before a figure was chosen.
    [[nodiscard]] const std::vector<tracestore::SpanId>& steps() const { return m_steps; }

    /// `3 of 17`, and of what.
    [[nodiscard]] QString stepText() const;

    /// To the next and previous step of the figure, for the window: they shall work whatever view
    /// is in front.
    [[nodiscard]] QList<QAction*> stepActions() const { return {m_previous, m_next}; }

public slots:
    void setGrouping(tracestore::Grouping grouping);

    /// Goes to the first of the steps behind a cell.
    void choose(const QModelIndex& cell);

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Made
    {
        std::optional<tracestore::SpanGroup> whole; ///< only when it was not made before
        SummaryTablePtr table;
    };

    void makeTable();
    void makeTabs();
    void makeActions();
    void makeLayout();
    void refresh();
    void make();
    void takeGrowth();
    void adopt(const Made& made);
    void sizeColumns();
    [[nodiscard]] QString nameAt(int row) const;
    void step(int direction);
    void updateStepper();
    void followTheme();

    SessionContext& m_context;
    SummaryModel* m_model;
    SummaryStrip* m_strip;
    QTabBar* m_tabs;
    QTableView* m_table;
    QLabel* m_notice;
    QWidget* m_stepper;
    QLabel* m_stepLabel;
    QAction* m_previous = nullptr;
    QAction* m_next = nullptr;
    tracestore::Grouping m_grouping = tracestore::Grouping::Model;
    std::map<tracestore::Grouping, SummaryTablePtr> m_made;
    bool m_hasWhole = false;
    std::uint64_t m_order = 0;
    bool m_isBusy = false;
    bool m_isOutdated = false; ///< the trace has grown since the sums were begun
    QTimer m_growthPause; ///< figures that change all the time cannot be read
    std::vector<tracestore::SpanId> m_steps;
    std::size_t m_at = 0; ///< which of them was gone to last
    QString m_stepsOf; ///< what they are the steps of
};

} // namespace gui
