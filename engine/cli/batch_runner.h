#pragma once

#include "engine/cli/batch_inputs.h"
#include "engine/runtime/run_pool.h"

#include <QObject>

#include <filesystem>
#include <set>

namespace engine::cli {

/// Runs an agent on many inputs, some at once, each in a run of its own. Nobody is there to answer
/// questions.
class BatchRunner : public QObject
{
    Q_OBJECT

public:
    struct Plan
    {
        AgentConfig agent;
        std::vector<BatchInput> inputs;
        std::size_t concurrency = 4;
        std::filesystem::path recordFolder; ///< empty: nothing is recorded
        std::vector<std::string> allowed; ///< tools whose calls need no question
    };

    BatchRunner(Plan plan, RunWorld world);

    void start() { m_pool.wake(); }

    /// Ends what is under way and begins nothing more.
    void stop() { m_pool.stop(); }

signals:
    /// A run has ended by itself and its recording is closed.
    void ended(const std::string& input, const engine::RunStatus& status);

    /// Nothing is under way any more.
    void finished();

private:
    std::optional<PooledRun> next();
    std::filesystem::path recordFile(const std::string& id);

    Plan m_plan;
    std::size_t m_next = 0; ///< index of the next input
    std::set<std::string> m_recordNames; ///< given away
    RunPool m_pool;
};

} // namespace engine::cli
