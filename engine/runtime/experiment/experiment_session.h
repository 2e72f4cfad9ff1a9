#pragma once

#include "engine/runtime/experiment/experiment_runner.h"
#include "engine/runtime/experiments.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <memory>
#include <optional>

namespace engine {

/// An experiment that somebody looks at: read, run, paused, stopped and run again. Engine's thread.
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
    void take(tracestore::Result<Read> read);
    void run(bool isTrial);
    void onFinished();
    void tell();
    void tellSoon();

    ExperimentRequest m_request;
    RunWorld m_world;
    QThreadPool& m_pool;
    QObject& m_home;
    ExperimentProgress m_report;
    std::optional<Read> m_read;
    std::unique_ptr<ExperimentRunner> m_runner;
    QTimer m_soon;
};

} // namespace engine
