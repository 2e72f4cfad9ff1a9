#include "engine/runtime/experiment/experiment_runner.h"

#include "engine/experiment/score_run.h"
#include "engine/runtime/experiment/recorded_result.h"
#include "engine/runtime/system_world.h"
#include "tracestore/store/database.h"

#include <set>
#include <system_error>

namespace engine {

namespace fs = std::filesystem;

using tracestore::Result;

namespace {

    /// A run that had just ended may have the end of its recording in a journal beside it. Where
    /// that cannot be put into the file it stays: readers know it.
    void closeJournalOf(const fs::path& recording)
    {
        std::error_code ignored;
        if (!fs::exists(recording.string() + "-wal", ignored))
            return;
        if (auto database = tracestore::Database::openRecording(recording))
            static_cast<void>(database->closeJournal().has_value());
    }

} // namespace

ExperimentRunner::ExperimentRunner(ExperimentPlan plan, RunWorld world)
    : m_plan(std::move(plan))
    , m_experiment(std::make_shared<const Experiment>(std::move(m_plan.experiment)))
    , m_world(std::move(world))
    , m_runs(planRuns(*m_experiment, m_plan.shard))
    , m_planned(m_runs.size())
    , m_pool(m_experiment->concurrency, m_world, [this] { return next(); })
    , m_scoring(m_experiment, m_plan.folder, m_world, [this](const RunKey& key) {
        return m_results.find(key);
    })
{
    connect(&m_pool, &RunPool::ended, this, &ExperimentRunner::onEnded);
    connect(&m_pool, &RunPool::idle, this, &ExperimentRunner::settle);
    connect(&m_scoring, &ExperimentScoring::scored, this, &ExperimentRunner::keep);
    connect(&m_scoring, &ExperimentScoring::idle, this, &ExperimentRunner::settle);
    if (!m_plan.isTrial)
        return;
    std::set<std::size_t> variants;
    std::erase_if(m_runs,
                  [&](const PlannedRun& run) { return !variants.insert(run.variant).second; });
}

ExperimentRunner::~ExperimentRunner()
{
    m_readers.waitForDone(); // they come back to this
}

Result<void> ExperimentRunner::open()
{
    if (auto prepared = prepareExperimentFolder(m_plan.folder, *m_experiment, m_plan.shard);
        !prepared)
        return prepared;
    if (auto opened = m_results.open(m_plan.folder); !opened)
        return opened;
    if (auto opened = m_cutOffs.open(m_plan.folder); !opened)
        return opened;
    if (auto swept = sweep(); !swept)
        return swept;
    m_spent = m_cutOffs.spending();
    for (const RunResult& result : m_results.results())
        m_spent += spendingOf(result);
    return {};
}

// ---- what an earlier program left

/// Recordings without a result: of runs that had just ended, or were cut off.
Result<void> ExperimentRunner::sweep()
{
    std::error_code ignored;
    for (const PlannedRun& run : planRuns(*m_experiment, m_plan.shard)) {
        if (m_results.find(run.key) != nullptr
            || !fs::exists(m_plan.folder / recordingOf(run.key), ignored))
            continue;
        if (auto swept = sweepRun(run); !swept)
            return swept;
    }
    return {};
}

Result<void> ExperimentRunner::sweepRun(const PlannedRun& run)
{
    const fs::path file = m_plan.folder / recordingOf(run.key);
    auto recorded = readRecordedResult(file);
    const bool hasAsked = recorded && recorded->result.metrics[metric::kModelCalls] > 0;
    if (recorded && recorded->isComplete && hasAsked) {
        closeJournalOf(file);
        recorded->result.key = run.key;
        recorded->result.recording = recordingOf(run.key);
        return m_results.append(recorded->result);
    }
    if (recorded && hasAsked) {
        if (auto counted = m_cutOffs.add(recorded->runKey, recorded->result); !counted)
            return counted;
    }
    std::error_code error;
    for (const char* ending : {"", "-wal", "-shm", "-journal"})
        fs::remove(file.string() + ending, error);
    if (fs::exists(file))
        return tracestore::fail(tracestore::ErrorCode::Io,
                                file.string() + " was cut off and cannot be removed.");
    return {};
}

// ---- running

void ExperimentRunner::start()
{
    m_state = State::Running;
    for (const RunResult& result : m_results.results()) {
        if (!missingScores(*m_experiment, result).empty())
            m_scoring.add(result.key);
    }
    m_pool.wake();
}

void ExperimentRunner::pause()
{
    if (m_state == State::Running)
        m_state = State::Paused;
}

void ExperimentRunner::goOn()
{
    if (m_state != State::Paused)
        return;
    m_state = State::Running;
    m_pool.wake();
}

void ExperimentRunner::stop()
{
    if (m_state == State::Over || m_state == State::Stopping)
        return;
    m_state = State::Stopping;
    m_pool.stop();
    m_scoring.stop();
}

void ExperimentRunner::giveUp(std::string problem)
{
    if (m_problem.empty())
        m_problem = std::move(problem);
    stop();
}

std::optional<PooledRun> ExperimentRunner::next()
{
    while (m_state == State::Running && m_next < m_runs.size()) {
        const PlannedRun& run = m_runs[m_next];
        if (m_results.find(run.key) != nullptr) {
            ++m_next;
            continue;
        }
        if (!mayBegin())
            return {};
        ++m_next;
        return pooled(run);
    }
    return {};
}

/// With a limit, the first run tells what others will take: none goes beside it.
bool ExperimentRunner::mayBegin()
{
    const ExperimentBudget& budget = m_experiment->budget;
    if (!budget.cost && !budget.tokens && !budget.seconds)
        return true;
    const std::size_t open = m_pool.underWay() + m_reading;
    if (m_results.results().empty() && open > 0)
        return false;
    const std::string problem = budgetProblem(budget, m_spent, meanRun(), open);
    if (!problem.empty() && open == 0) { // else those under way may take less than it seems
        m_isBudgetUsed = true;
        m_problem = problem;
    }
    return problem.empty();
}

Spending ExperimentRunner::meanRun() const
{
    Spending mean;
    for (const RunResult& result : m_results.results())
        mean += spendingOf(result);
    const auto count = static_cast<double>(m_results.results().size());
    if (count > 0) {
        mean.cost /= count;
        mean.seconds /= count;
        mean.tokens = static_cast<std::int64_t>(static_cast<double>(mean.tokens) / count);
    }
    return mean;
}

PooledRun ExperimentRunner::pooled(const PlannedRun& run) const
{
    const ExperimentTask& task = m_experiment->tasks[run.task];
    const fs::path file = m_plan.folder / recordingOf(run.key);
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    PooledRun pooled {.id = std::to_string(m_next - 1),
                      .agent = configOf(*m_experiment, run),
                      .input = task.input,
                      .recordFile = file,
                      .allowed = m_experiment->allowed,
                      .random = std::make_shared<SeededRandom>(run.seed + run.variant)};
    if (m_experiment->replay) {
        pooled.recording = task.recording;
        pooled.policy = *m_experiment->replay;
    }
    return pooled;
}

void ExperimentRunner::onEnded(const std::string& id, const RunStatus& status)
{
    const PlannedRun run = m_runs[std::stoul(id)];
    if (couldNotStart(status)) {
        giveUp("The run of task `" + run.key.task + "` with variant `" + run.key.variant
               + "` could not start, and others would not: " + status.problem);
        return;
    }
    ++m_reading;
    m_readers.start([this, run, status, file = m_plan.folder / recordingOf(run.key)] {
        auto recorded = std::make_shared<Result<RecordedResult>>(readRecordedResult(file));
        QMetaObject::invokeMethod(
            this,
            [this, run, status, recorded] { takeRecorded(run, status, std::move(*recorded)); },
            Qt::QueuedConnection);
    });
}

void ExperimentRunner::takeRecorded(const PlannedRun& run,
                                    const RunStatus& status,
                                    Result<RecordedResult> recorded)
{
    --m_reading;
    if (!recorded) {
        giveUp("A recording cannot be read: " + recorded.error().message);
        return settle();
    }
    RunResult& result = recorded->result;
    result.key = run.key;
    result.recording = recordingOf(run.key);
    if (status.result && !status.problem.empty()) { // it was ended for that
        result.status = status.result->status;
        result.reason = status.problem;
    }
    keep(result);
    m_scoring.add(run.key);
    m_pool.wake(); // where it waited to know what a run takes
}

/// A run that has ended, or has more scores now.
void ExperimentRunner::keep(const RunResult& result)
{
    const RunResult* before = m_results.find(result.key);
    if (before != nullptr) { // only its scores are new
        Spending more = spendingOf(result);
        const Spending known = spendingOf(*before);
        m_spent.cost += more.cost - known.cost;
        m_spent.judgeCost += more.judgeCost - known.judgeCost;
    } else {
        m_spent += spendingOf(result);
    }
    if (const auto saved = m_results.append(result); !saved)
        return giveUp(saved.error().message);
    emit resultChanged(result);
}

/// Where nothing is under way any more.
void ExperimentRunner::settle()
{
    const bool isBusy = m_pool.underWay() > 0 || m_reading > 0 || !m_scoring.isIdle();
    if (m_state == State::Over || m_state == State::Ready || m_state == State::Paused || isBusy)
        return;
    if (m_state == State::Running && m_next < m_runs.size() && m_problem.empty())
        return; // woken up already
    if (const auto swept = sweep(); !swept && m_problem.empty())
        m_problem = swept.error().message;
    m_state = State::Over;
    emit finished();
}

SpendingEstimate ExperimentRunner::estimate() const
{
    std::vector<PlannedRun> rest;
    for (const PlannedRun& run : m_runs) {
        if (m_results.find(run.key) == nullptr)
            rest.push_back(run);
    }
    if (!m_results.results().empty())
        return estimateRest(*m_experiment, rest, m_results.results());
    return estimateFirst(*m_experiment, rest);
}

ExperimentStatus ExperimentRunner::status() const
{
    return statusOf(*m_experiment, m_plan.shard, m_results.results(), m_cutOffs.spending());
}

} // namespace engine
