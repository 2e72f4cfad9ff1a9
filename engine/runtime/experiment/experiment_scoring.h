#pragma once

#include "engine/runtime/experiment/run_scoring.h"

#include <QObject>
#include <QThreadPool>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>

namespace engine {

/// Scores runs of an experiment, some at once: those that miss scores, as far as what these need is
/// there. Engine's thread.
class ExperimentScoring : public QObject
{
    Q_OBJECT

public:
    using Find = std::function<const RunResult*(const RunKey&)>;

    /// `find` gives the result of a run as it stands; null: it has not ended.
    ExperimentScoring(std::shared_ptr<const Experiment> experiment,
                      std::filesystem::path folder,
                      RunWorld world,
                      Find find);
    ~ExperimentScoring() override;

    /// A run has ended: it is scored, and those that waited for it.
    void add(const RunKey& key);

    /// Ends what is under way. What was asked of judges is not lost.
    void stop();

    [[nodiscard]] bool isIdle() const { return m_waiting.empty() && m_works.empty(); }

signals:
    /// With all scores that it has now.
    void scored(const engine::RunResult& result);

    /// Nothing is left to do. From the event loop.
    void idle();

private:
    void enqueue(const RunKey& key);
    std::vector<const Scorer*> ready(const RunResult& result) const;
    void startMore();
    void start(const RunKey& key, const RunResult& result, std::vector<const Scorer*> scorers);
    void finish(const RunKey& key);

    std::shared_ptr<const Experiment> m_experiment;
    std::filesystem::path m_folder;
    RunWorld m_world;
    Find m_find;
    std::deque<RunKey> m_waiting;
    std::map<RunKey, std::unique_ptr<RunScoring>> m_works;
    bool m_isStopped = false;
    QThreadPool m_pool; ///< last: it reads for the rest
};

} // namespace engine
