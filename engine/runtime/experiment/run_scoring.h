#pragma once

#include "engine/experiment/experiment.h"
#include "engine/experiment/experiment_results.h"
#include "engine/runtime/run_session.h"

#include <QObject>
#include <QThreadPool>

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>

namespace engine {

class CommandRun;
class JudgeAsking;

/// Scores one run of an experiment by some of its scorers, one after another. Engine's thread;
/// destroying it ends what is under way.
class RunScoring : public QObject
{
    Q_OBJECT

public:
    struct Task
    {
        std::shared_ptr<const Experiment> experiment;
        std::filesystem::path folder; ///< of the experiment's runs
        RunResult result;
        std::vector<const Scorer*> scorers; ///< of the experiment

        /// The run that a judge compares it with, by the name of the variant.
        std::map<std::string, RunResult> others;
    };

    /// Recordings are read by `pool`, which comes back through `home`: it outlives the work.
    RunScoring(Task task, RunWorld world, QThreadPool& pool, QObject& home);
    ~RunScoring() override;

    void start();

    [[nodiscard]] const std::map<std::string, RunScore>& scores() const { return m_scores; }

signals:
    /// Once, from the event loop.
    void finished();

private:
    void takeHere(std::map<std::string, RunScore> scores);
    void next();
    void judge(const Scorer& scorer, const JudgeScorer& judge);
    [[nodiscard]] std::optional<RunScore> judgedUnasked(const JudgeScorer& judge) const;
    [[nodiscard]] std::filesystem::path judgeFile(const Scorer& scorer, const char* order) const;
    void takeJudge(const Scorer& scorer, const JudgeScorer& judge);
    [[nodiscard]] RunScore judgedScore(const JudgeScorer& judge) const;
    void command(const Scorer& scorer, const CommandScorer& command);
    [[nodiscard]] const ExperimentTask& task() const;

    Task m_task;
    RunWorld m_world;
    QThreadPool& m_pool;
    QObject& m_home;
    std::map<std::string, RunScore> m_scores;
    std::deque<const Scorer*> m_open; ///< those that ask somebody
    std::unique_ptr<JudgeAsking> m_judge; ///< that is asked
    std::unique_ptr<CommandRun> m_command; ///< that runs
};

} // namespace engine
