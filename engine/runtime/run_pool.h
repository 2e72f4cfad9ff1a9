#pragma once

#include "engine/runtime/prepared_replay.h"
#include "engine/runtime/run_session.h"

#include <QObject>
#include <QThreadPool>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// One of many runs.
struct PooledRun
{
    std::string id;
    AgentConfig agent;
    std::string input;
    std::filesystem::path recordFile = {}; ///< not there yet; empty: nothing is kept
    std::vector<std::string> allowed = {}; ///< tools whose calls need no question
    std::shared_ptr<tracestore::Random> random = {}; ///< null: that of the pool
    std::filesystem::path recording = {}; ///< that it replays by `policy`; empty: none
    ReplayPolicy policy = {};
};

/// Runs agents, some at once, each in a session of its own. Nobody is there to answer questions: a
/// replay that asks for what is not recorded ends with an error. Engine's thread.
class RunPool : public QObject
{
    Q_OBJECT

public:
    /// The next run; nothing: there is none now.
    using Supply = std::function<std::optional<PooledRun>()>;

    RunPool(std::size_t concurrency, RunWorld world, Supply supply);
    ~RunPool() override;

    /// Begins as many runs as there is room for, from the event loop; to be called again when the
    /// supply has runs again.
    void wake();

    /// Ends what is under way and begins nothing more.
    void stop();

    [[nodiscard]] std::size_t underWay() const { return m_works.size(); }

signals:
    /// A run has ended by itself and its recording is closed.
    void ended(const std::string& id, const engine::RunStatus& status);

    /// Nothing is under way and there is none to begin.
    void idle();

private:
    struct Work
    {
        PooledRun run;
        std::unique_ptr<RunSession> session; ///< null while its recording is read
        std::string problem; ///< of a replay that asked
        bool isClosing = false;
    };

    void startMore();
    void startNext(PooledRun run);
    void prepare(RunId id);
    void takePrepared(RunId id, tracestore::Result<PreparedReplay> prepared);
    RunSession& makeSession(RunId id, AgentConfig config, RunWorld world);
    RunWorld worldOf(const PooledRun& run) const;
    void onStatus(RunId id);
    void answer(RunId id, const RunQuestion& asked);
    void close(RunId id);
    void onClosed(RunId id);
    void finish(RunId id, const RunStatus& status);

    std::size_t m_concurrency;
    RunWorld m_world;
    Supply m_supply;
    RunId m_last = 0;
    bool m_isStopping = false;
    std::map<RunId, Work> m_works; ///< under way
    QThreadPool m_readers; ///< last: reads recordings for the rest
};

/// It asked no model and no tool: others of its agent would fail as well.
[[nodiscard]] bool couldNotStart(const RunStatus& status);

} // namespace engine
