#pragma once

#include "engine/runtime/engine_service.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace gui {

class ExperimentRunsModel;
class Theme;

/// The tab of an experiment: what it will take, how far it is, what it cost; runs it, pauses it,
/// stops it. Each run that has ended is a row that opens its recording.
class ExperimentTab : public QWidget
{
    Q_OBJECT

public:
    /// `path`: a `*.experiment.json`, or the folder of an experiment. What is under way ends with
    /// this, and goes on when it is run again.
    ExperimentTab(const QString& path,
                  engine::EngineService& engine,
                  Theme& theme,
                  QWidget* parent = nullptr);
    ~ExperimentTab() override;

    /// Whether a path names the file of an experiment.
    static bool isExperimentFile(const QString& path);

    /// Writes an experiment to begin with, two variants of an agent, and its tasks beside it. Says
    /// why it cannot; empty: it could. A file that is there is not replaced.
    static QString writeNew(const QString& file, const QString& agentFile);

    [[nodiscard]] const QString& path() const { return m_path; }

    /// For the tab bar.
    [[nodiscard]] QString title() const;

    /// Runs are under way.
    [[nodiscard]] bool isActive() const;

signals:
    void titleChanged();
    void recordingRequested(const QString& file);
    void reportRequested(const QString& folder);

private:
    void makeButtons(QHBoxLayout& row);
    void makeTable();
    void placeScores(int first, int last);
    void take(const engine::ExperimentProgress& report);
    void update();
    void updateButtons();
    void followTheme();
    void askToRun(engine::ExperimentOrder order);
    void order(engine::ExperimentOrder order);
    void openRun(const QModelIndex& index);
    void readAgain();
    [[nodiscard]] QString progressText() const;
    [[nodiscard]] QString spentText() const;
    [[nodiscard]] QString restText() const;
    [[nodiscard]] QString emptyText() const;

    QString m_path;
    engine::EngineService& m_engine;
    Theme& m_theme;
    engine::ExperimentId m_id;
    engine::ExperimentProgress m_report;
    QLabel* m_name;
    QLabel* m_place;
    QProgressBar* m_bar;
    QLabel* m_progress;
    QLabel* m_spent;
    QLabel* m_rest;
    QLabel* m_problem;
    QPushButton* m_run;
    QPushButton* m_trial;
    QPushButton* m_pause;
    QPushButton* m_stop;
    QPushButton* m_again;
    QPushButton* m_toReport;
    ExperimentRunsModel* m_model;
    QSortFilterProxyModel* m_sorted;
    QTableView* m_table;
    QLabel* m_empty; ///< in its place, as long as nothing has ended
};

} // namespace gui
