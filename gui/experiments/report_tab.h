#pragma once

#include "engine/experiment/experiment_report.h"
#include "gui/experiments/report_view.h"

#include <QElapsedTimer>
#include <QStackedWidget>
#include <QTimer>

class QAction;
class QLabel;

namespace engine {
class FileWatch;
}

namespace gui {

class ShownMetrics;
class Theme;

/// The tab of an experiment's results: reads them in the background and shows the report, or why
/// there is none. It follows the folder: what is added, by whatever program, is read as soon as the
/// tab is in sight. The results can be compared with earlier ones, and the report saved.
class ReportTab : public QStackedWidget
{
    Q_OBJECT

public:
    /// `folder` is an experiment's folder.
    ReportTab(const QString& folder, Theme& theme, QWidget* parent = nullptr);
    ~ReportTab() override;

    /// The folder that a path names: itself, or of its `experiment.json` or `results.jsonl`. Empty:
    /// it is not of an experiment's results.
    static QString folderOf(const QString& path);

    [[nodiscard]] const QString& folder() const { return m_folder; }

    /// For the tab bar.
    [[nodiscard]] QString title() const;

    /// Null until there is a report.
    [[nodiscard]] ReportView* view() const { return m_view; }

    /// Which metrics are shown is remembered there; outlives this.
    void setShownMetrics(ShownMetrics& shown);

    /// Reads the results as they are now, and again when they change; what is shown stays until
    /// they are read.
    void load();

    /// Compares with the results of another folder, earlier ones as a rule; empty: no more.
    void compareWith(const QString& folder);

    /// Writes the report as one file for a browser.
    void saveTo(const QString& file);

signals:
    void loaded();
    /// Also where earlier results are shown, and stay.
    void failed(const QString& problem);
    /// The report was written; `problem` is empty then.
    void saved(const QString& file, const QString& problem);
    void compareRequested(const gui::ComparedRuns& runs);

protected:
    void showEvent(QShowEvent* event) override;

private:
    using Reading = tracestore::Result<engine::ExperimentReport>;

    void makeActions();
    void updateActions();
    void read(const QString& against);
    void watchFiles();
    void readSoon();
    void take(Reading reading, const QString& against);
    void showProblem(const QString& problem);
    void askForEarlier();
    void askWhereToSave();

    QString m_folder;
    QString m_against; ///< the earlier results that are shown beside
    Theme& m_theme;
    QLabel* m_text;
    ReportView* m_view = nullptr;
    std::shared_ptr<tracestore::Job> m_job;
    int m_order = 0; ///< of the last reading: earlier ones are too late
    ShownMetrics* m_shown = nullptr;
    engine::FileWatch* m_watch;
    QTimer m_again; ///< until the next reading of what has changed
    QElapsedTimer m_readTime;
    qint64 m_readDuration = 0; ///< ms
    bool m_isReading = false;
    bool m_isStale = false; ///< the files have changed since they were read
    QAction* m_reload;
    QAction* m_earlier;
    QAction* m_alone;
    QAction* m_save;
};

} // namespace gui
