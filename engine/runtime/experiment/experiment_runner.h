#pragma once

#include "engine/experiment/experiment_status.h"
#include "engine/runtime/experiment/experiment_scoring.h"
#include "engine/runtime/run_pool.h"

#include <QObject>
#include <QThreadPool>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace engine {

struct RecordedResult;

/// What an experiment is run with.
struct ExperimentPlan
{
    Experiment experiment;
    std::filesystem::path folder; ///< where runs and results are, made where it is not there
    Shard shard;
    bool isTrial = false; ///< one run of each variant, and no more
};

/// Makes the runs of an experiment that are not made yet, and scores them. Killed at any time, what
/// had ended stays, and another goes on there: a run counts when its recording is closed; a run
/// that was cut off is made anew. Engine's thread; one use.
class ExperimentRunner : public QObject
{
    Q_OBJECT

public:
    /// How it goes, beside what the folder tells.
    enum class State : std::uint8_t
    {
        Ready,
        Running,
        Paused, ///< runs under way end, none begins
        Stopping,
        Over
    };

    /// Runs share nothing of `world` but clock, prices, environment and key store.
    ExperimentRunner(ExperimentPlan plan, RunWorld world);
    ~ExperimentRunner() override;

    /// Takes the folder: one program at a time. Fails with a sentence for the user.
    tracestore::Result<void> open();

    void start();
    void pause();
    void goOn(); ///< after a pause

    /// Ends what is under way, and begins nothing more. What was cut off is made anew later.
    void stop();

    [[nodiscard]] ExperimentStatus status() const;

    /// What the runs will take that this makes: by those that were made, else by what the tasks'
    /// recordings took.
    [[nodiscard]] SpendingEstimate estimate() const;

    [[nodiscard]] const Experiment& experiment() const { return *m_experiment; }

    [[nodiscard]] const std::filesystem::path& folder() const { return m_plan.folder; }

    /// Runs of this piece of the experiment, made or not.
    [[nodiscard]] std::size_t planned() const { return m_planned; }

    [[nodiscard]] State state() const { return m_state; }

    [[nodiscard]] std::size_t underWay() const { return m_pool.underWay(); }

    [[nodiscard]] const std::vector<RunResult>& results() const { return m_results.results(); }

    /// Why it ended before its end, or cannot go on; empty: it did not.
    [[nodiscard]] const std::string& problem() const { return m_problem; }

    /// The budget is used up: `problem` says of what.
    [[nodiscard]] bool isBudgetUsed() const { return m_isBudgetUsed; }

signals:
    /// A run has ended, or was scored.
    void resultChanged(const engine::RunResult& result);

    /// Nothing is under way any more.
    void finished();

private:
    std::optional<PooledRun> next();
    PooledRun pooled(const PlannedRun& run) const;
    [[nodiscard]] bool mayBegin();
    [[nodiscard]] Spending meanRun() const;
    void onEnded(const std::string& id, const RunStatus& status);
    void takeRecorded(const PlannedRun& run,
                      const RunStatus& status,
                      tracestore::Result<RecordedResult> recorded);
    void keep(const RunResult& result);
    tracestore::Result<void> sweep();
    tracestore::Result<void> sweepRun(const PlannedRun& run);
    void giveUp(std::string problem);
    void settle();

    ExperimentPlan m_plan;
    std::shared_ptr<const Experiment> m_experiment;
    RunWorld m_world;
    std::vector<PlannedRun> m_runs;
    std::size_t m_planned = 0;
    std::size_t m_next = 0; ///< the first that was not looked at
    std::size_t m_reading = 0; ///< recordings of runs that have ended
    State m_state = State::Ready;
    std::string m_problem;
    bool m_isBudgetUsed = false;
    Spending m_spent;
    ResultsFile m_results;
    CutOffRuns m_cutOffs;
    RunPool m_pool;
    ExperimentScoring m_scoring;
    QThreadPool m_readers; ///< last: it reads for the rest
};

} // namespace engine
