#pragma once

#include "engine/runtime/experiment/experiment_scoring.h"

#include <QObject>

#include <filesystem>
#include <memory>
#include <optional>

namespace engine {

/// Scores the runs of a folder anew, without running anything: by the scorers of another file of
/// the same experiment, or those that are missing. What equal scorers said stays. Interrupted, it
/// goes on when it is done again. Engine's thread; one use.
class ExperimentRescoring : public QObject
{
    Q_OBJECT

public:
    ExperimentRescoring(std::filesystem::path folder, RunWorld world);
    ~ExperimentRescoring() override;

    /// Takes the folder. `changed`: whose scorers count; nothing: those of the folder. `isAll`:
    /// what equal scorers said goes as well. Fails with a sentence for the user.
    tracestore::Result<void> open(std::optional<Experiment> changed, bool isAll);

    void start();

    /// What is scored stays.
    void stop();

    [[nodiscard]] const Experiment& experiment() const { return *m_experiment; }

    [[nodiscard]] const std::vector<RunResult>& results() const { return m_results.results(); }

    [[nodiscard]] std::size_t scored() const { return m_scored; }

    /// Why it ended before its end; empty: it did not.
    [[nodiscard]] const std::string& problem() const { return m_problem; }

signals:
    void finished();

private:
    std::filesystem::path m_folder;
    RunWorld m_world;
    std::shared_ptr<const Experiment> m_experiment;
    ResultsFile m_results;
    std::size_t m_scored = 0;
    std::string m_problem;
    bool m_isOver = false;
    std::unique_ptr<ExperimentScoring> m_scoring;
};

} // namespace engine
