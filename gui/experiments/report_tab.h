#pragma once

#include "engine/experiment/experiment_report.h"
#include "gui/experiments/report_metric_model.h"

#include <QStackedWidget>

#include <functional>

class QAction;
class QLabel;

namespace gui {

class ReportView;
class Theme;

/// The tab of an experiment's results: reads them in the background and shows the report, or why
/// there is none. They can be read again, compared with earlier results, and saved.
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

    /// Reads the results as they are now; what is shown stays until they are read.
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
    void compareRequested(const QString& fileA, const QString& fileB);

private:
    using Reading = tracestore::Result<engine::ExperimentReport>;

    void makeActions();
    void updateActions();
    void read(const QString& against);
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
    QAction* m_reload;
    QAction* m_earlier;
    QAction* m_alone;
    QAction* m_save;
};

} // namespace gui
