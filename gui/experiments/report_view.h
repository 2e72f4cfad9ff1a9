#pragma once

#include "gui/experiments/report_metric_model.h"

#include <QWidget>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QTreeView;

namespace gui {

class FlipsView;
class TaskMatrixModel;
class Theme;

/// A report of an experiment: what can be said, flips, metrics with their intervals, and tasks by
/// variants. Every task leads to the two recordings behind it.
class ReportView : public QWidget
{
    Q_OBJECT

public:
    explicit ReportView(Theme& theme, QWidget* parent = nullptr);

    /// What was chosen before stays chosen where the report still has it.
    void setReport(ReportPtr report);

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
    /// Two recordings are to be seen side by side.
    void compareRequested(const QString& fileA, const QString& fileB);

private:
    QWidget* makeHeader();
    QWidget* makeLeft();
    QWidget* makeTasks();
    QLabel* addText(const char* name);
    QLabel* addHeading(const QString& text);
    void fillChoices();
    void showPair();
    void showMetric();
    void showSentence();
    void fitMetrics();
    void openCell(const QModelIndex& index);
    void openPair(std::size_t task, std::size_t pair);
    void followTheme();

    Theme& m_theme;
    ReportPtr m_report;
    ReportMetricModel* m_metrics;
    TaskMatrixModel* m_matrix;
    FlipsView* m_flips;
    QTreeView* m_metricTable;
    QTreeView* m_taskTable;
    QComboBox* m_pairs;
    QComboBox* m_metricChoice;
    QHBoxLayout* m_buttons = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_summary = nullptr;
    QLabel* m_sentence = nullptr;
    QLabel* m_notes = nullptr;
    QLabel* m_problem = nullptr; ///< why a task cannot be opened
    QList<QLabel*> m_headings;
};

} // namespace gui
