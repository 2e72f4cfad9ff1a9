#pragma once

#include "gui/experiments/report_metric_model.h"

#include <QWidget>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLayout;
class QMenu;
class QTreeView;

namespace gui {

class ElidedLabel;
class FlipsView;
class ReportMetricTable;
class ShownMetrics;
class TaskMatrixModel;
class Theme;

/// Two runs of a task that are to be seen side by side.
struct ComparedRuns
{
    QString task; ///< one line
    QString fileA;
    QString nameA; ///< the variant, and which of its runs where it has several
    QString fileB;
    QString nameB;
};

/// A report of an experiment: what can be said, flips, metrics with their intervals, and tasks by
/// variants. Every task leads to the two recordings behind it.
class ReportView : public QWidget
{
    Q_OBJECT

public:
    explicit ReportView(Theme& theme, QWidget* parent = nullptr);

    /// What was chosen before stays chosen, and what was in sight stays there, where the report
    /// still has it: this is also how a report grows with its experiment.
    void setReport(ReportPtr report);

    /// Which metrics are shown is remembered there; outlives this.
    void setShownMetrics(ShownMetrics& shown);

    [[nodiscard]] const ReportPtr& report() const { return m_report; }

    /// Places in the report of what is shown.
    [[nodiscard]] std::size_t pair() const;
    [[nodiscard]] std::size_t metric() const;

    /// Shows tasks and flips by another metric, and another pair of variants.
    void selectMetric(std::size_t metric);
    void selectPair(std::size_t pair);

    /// Asks for the recordings behind a task, of the pair that is shown.
    void openTask(std::size_t task);

    /// Says what went wrong beside what is shown.
    void showProblem(const QString& problem);

    /// A button at the right of the title.
    void addButton(QAction* action);

signals:
    void compareRequested(const gui::ComparedRuns& runs);

private:
    QWidget* makeHeader();
    QWidget* makeLeft();
    QWidget* makeTasks();
    QLayout* makeMetricsHeading();
    QLabel* addText(const char* name);
    QLabel* addHeading(const QString& text);
    void fillChoices();
    void showTitle();
    void showPair();
    void showMetric();
    void showChoice();
    void selectMetricRow();
    void takeMetricRow();
    void takeMetric();
    void showSentence();
    void fitMetrics();
    void openCell(const QModelIndex& index);
    void openPair(std::size_t task, std::size_t pair);
    [[nodiscard]] QString nameOf(std::size_t variant, const engine::ReportRun& run) const;
    void followTheme();

    Theme& m_theme;
    ReportPtr m_report;
    ReportMetricModel* m_metrics;
    TaskMatrixModel* m_matrix;
    FlipsView* m_flips;
    ShownMetrics* m_shown;
    ReportMetricTable* m_metricTable;
    QString m_metricRow; ///< the id of the metric one is on
    QTreeView* m_taskTable;
    QComboBox* m_pairs;
    QComboBox* m_metricChoice;
    QHBoxLayout* m_buttons = nullptr;
    ElidedLabel* m_title = nullptr;
    QLabel* m_hidden = nullptr; ///< how many metrics are not shown
    QLabel* m_summary = nullptr;
    QLabel* m_sentence = nullptr;
    QLabel* m_notes = nullptr;
    QLabel* m_problem = nullptr; ///< why a task cannot be opened
    QList<QLabel*> m_headings;
};

} // namespace gui
