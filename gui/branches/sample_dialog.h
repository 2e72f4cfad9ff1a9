#pragma once

#include "engine/branch/sample_source.h"
#include "engine/runtime/engine_service.h"

#include <QDialog>
#include <QTimer>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTabWidget;
class QTreeView;

namespace gui {

class SampleClustersModel;
class StepEditor;
class Theme;

/// Which call of a model is to be sent again: of a recording by its effect, else of a trace.
struct SampleTarget
{
    QString recording; ///< empty: of a trace
    std::string effect;
    tracestore::TracePtr trace;
    tracestore::SpanId span;
    QString file; ///< what the trace was opened as
};

/// Sends a call of a model again, many times: first says what that takes, then what came of it, as
/// clusters with their shares. Closing it ends what is under way; what has come is kept.
class SampleDialog : public QDialog
{
    Q_OBJECT

public:
    SampleDialog(engine::EngineService& engine,
                 SampleTarget target,
                 Theme& theme,
                 QWidget* parent = nullptr);
    ~SampleDialog() override;

    [[nodiscard]] SampleClustersModel& model() const { return *m_model; }

    [[nodiscard]] QTreeView& tree() const { return *m_tree; }

    /// As the fields say.
    [[nodiscard]] engine::SampleRequest request() const;

signals:
    /// The file of a sample is to be looked at.
    void openRequested(const QString& file);

private:
    void makeFields(QWidget& page);
    void makeResults(QWidget& page);
    void takeSource(const tracestore::Result<engine::SampleSource>& source);
    void takeReport(const engine::SampleReport& report);
    void takeEstimate(const engine::SampleReport& report);
    void estimate();
    void start();
    void openSample(const QModelIndex& index);
    void followTheme();
    void setNote(const QString& text, bool isProblem);
    void stop();

    engine::EngineService& m_engine;
    SampleTarget m_target;
    Theme& m_theme;
    engine::SampleId m_estimate = 0; ///< the last one that was asked for
    engine::SampleId m_sample = 0; ///< under way or over; 0: not begun
    QTimer m_pause; ///< before what is typed is estimated
    QLabel* m_title;
    QStackedWidget* m_pages;
    QSpinBox* m_count;
    QSpinBox* m_concurrency;
    QLineEdit* m_agent;
    QLineEdit* m_provider;
    QLineEdit* m_modelName;
    StepEditor* m_editor;
    QLabel* m_note; ///< what it takes, or what is wrong
    QPushButton* m_start;
    QPushButton* m_close;
    QProgressBar* m_progress;
    QLabel* m_told;
    QTreeView* m_tree;
    SampleClustersModel* m_model;
};

} // namespace gui
