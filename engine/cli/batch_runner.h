#pragma once

#include "engine/cli/batch_inputs.h"
#include "engine/runtime/run_session.h"

#include <QObject>

#include <filesystem>
#include <map>
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
    ~BatchRunner() override;

    void start();

    /// Ends what is under way and begins nothing more.
    void stop();

signals:
    /// A run has ended by itself and its recording is closed.
    void ended(const engine::cli::BatchInput& input, const engine::RunStatus& status);

    /// Nothing is under way any more.
    void finished();

private:
    struct Work
    {
        BatchInput input;
        std::unique_ptr<RunSession> session;
        bool isClosing = false;
    };

    void startMore();
    void startNext();
    void onStatus(RunId run);
    void close(RunId run);
    void onClosed(RunId run);
    std::filesystem::path recordFile(const std::string& id);

    Plan m_plan;
    RunWorld m_world;
    std::size_t m_next = 0; ///< index of the next input
    RunId m_last = 0;
    bool m_isStopping = false;
    std::map<RunId, Work> m_works; ///< under way
    std::set<std::string> m_recordNames; ///< given away
};

} // namespace engine::cli
