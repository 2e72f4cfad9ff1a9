#pragma once

#include "engine/runtime/experiment/experiment_runner.h"
#include "engine/runtime/experiments.h"
#include "engine/runtime/file_watch.h"

#include <QElapsedTimer>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <memory>
#include <optional>

namespace engine {

/// An experiment that somebody looks at: read, run, paused, stopped and run again. What others do
/// to its file and its results is read as soon as the machine has time. Engine's thread.
class ExperimentSession : public QObject
{
    Q_OBJECT

public:
    /// Files are read by `pool`, which comes back through `home`: it outlives the work.
    ExperimentSession(ExperimentId id,
                      ExperimentRequest request,
                      RunWorld world,
                      QThreadPool& pool,
                      QObject& home);
    ~ExperimentSession() override;

    /// Reads it; reported() tells of that.
    void open();

    void order(ExperimentOrder order);

signals:
    /// Some five times a second while something changes.
    void reported(const engine::ExperimentProgress& report);

private:
    struct Read
    {
        Experiment experiment;
        std::filesystem::path folder;
        Shard shard;
        ExperimentStatus status;
        std::vector<RunResult> results;
    };

    static tracestore::Result<Read> read(const ExperimentRequest& request);
    void load();
    void take(tracestore::Result<Read> read);
    void tellResults(std::vector<RunResult> results);
    void watchFiles();
    void readSoon();
    void run(bool isTrial);
    void onFinished();
    void tell();
    void tellSoon();

    ExperimentRequest m_request;
    RunWorld m_world;
    QThreadPool& m_pool;
    QObject& m_home;
    ExperimentProgress m_report;
    std::optional<Read> m_read; ///< its results are those that were told
    std::unique_ptr<ExperimentRunner> m_runner;
    QTimer m_soon;
    FileWatch m_watch;
    QTimer m_again; ///< until the next reading of what others have changed
    QElapsedTimer m_readTime;
    qint64 m_readDuration = 0; ///< ms
    quint64 m_reading = 0; ///< counts readings: older ones are not taken
    bool m_isReading = false;
    bool m_isStale = false; ///< something has changed since the last reading began
};

} // namespace engine
