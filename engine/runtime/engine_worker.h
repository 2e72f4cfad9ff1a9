#pragma once

#include "engine/policy/shared_policy_state.h"
#include "engine/runtime/engine_service.h"
#include "engine/runtime/resumed_run.h"
#include "engine/runtime/system_world.h"
#include "tracestore/analysis/price_table.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <map>
#include <memory>

namespace engine {

class RunFeed;
class RunSession;

/// The half of LocalEngine that lives on the engine's thread, and has its runs.
class EngineWorker : public QObject
{
    Q_OBJECT

public:
    explicit EngineWorker(std::shared_ptr<const tracestore::PriceTable> prices);
    ~EngineWorker() override;

    void start(RunId run, const RunRequest& request);
    void resume(RunId run, const ResumeRequest& request);
    void say(RunId run, const QString& text);
    void stop(RunId run);
    void answer(RunId run, const std::string& effect, const QString& text);
    void close(RunId run);

    /// Ends all runs and closes their recordings, then calls `then`. Nothing is begun any more.
    void closeAll(std::function<void()> then);

signals:
    void statusChanged(const engine::RunStatus& status);
    void traceGrown(engine::RunId run, const tracestore::TracePtr& trace);
    void textGrown(engine::RunId run, const std::string& effect, const QString& text);
    void logged(engine::RunId run, const QString& line);

private:
    struct Run
    {
        std::unique_ptr<RunSession> session;
        std::shared_ptr<RunFeed> feed;
    };

    RunSession& add(RunId run, AgentConfig config, std::shared_ptr<SharedPolicyState> shared);
    void goOn(RunId run, ResumedRun resumed, InDoubtChoice choice);
    void forget(RunId run);
    void tellProblem(RunId run, const QString& input, const std::string& problem);
    RunSession* find(RunId run) const;

    SystemClock m_clock;
    SystemRandom m_random;
    std::shared_ptr<const tracestore::PriceTable> m_prices;
    std::shared_ptr<SharedPolicyState> m_shared = std::make_shared<SharedPolicyState>();
    std::map<RunId, Run> m_runs;
    std::function<void()> m_allClosed; ///< set: everything is being closed
    QThreadPool m_readers; ///< last: reads recordings for the rest
};

} // namespace engine
