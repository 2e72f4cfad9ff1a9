#pragma once

#include "engine/config/key_vault.h"
#include "engine/policy/shared_policy_state.h"
#include "engine/runtime/engine_service.h"
#include "engine/runtime/prepared_replay.h"
#include "engine/runtime/resumed_run.h"
#include "engine/runtime/system_world.h"
#include "tracestore/analysis/price_table.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <map>
#include <memory>

namespace engine {

class ConnectionCheck;
class ExperimentSession;
class RemoteRun;
class RunFeed;
class RunSession;
class StepSampling;
class TravelRun;
struct RunWorld;

/// The half of LocalEngine that lives on the engine's thread, and has its runs.
class EngineWorker : public QObject
{
    Q_OBJECT

public:
    /// `vault` may be null: keys come from the environment alone.
    EngineWorker(std::shared_ptr<const tracestore::PriceTable> prices,
                 std::unique_ptr<KeyVault> vault);
    ~EngineWorker() override;

    void start(RunId run, const RunRequest& request);
    void resume(RunId run, const ResumeRequest& request);
    void replay(RunId run, const ReplayRequest& request);
    void decide(RunId run, const ReplayDecision& decision);
    void travel(RunId run, const TravelRequest& request);
    void say(RunId run, const QString& text);
    void stop(RunId run);
    void answer(RunId run, const std::string& effect, const QString& text);
    void close(RunId run);
    void debug(RunId run, const DebugOrder& order);
    void attach(RunId run, const QString& socket);
    void findKeys(const std::vector<KeyNeed>& needs);
    void storeKey(const std::string& name, const Secret& key);
    void removeKey(const std::string& name);
    void checkConnection(CheckId check, const ConnectionRequest& request);
    void cancelCheck(CheckId check);
    void sample(SampleId sample, const SampleRequest& request);
    void cancelSample(SampleId sample);
    void openExperiment(ExperimentId experiment, const ExperimentRequest& request);
    void orderExperiment(ExperimentId experiment, ExperimentOrder order);

    /// Ends all runs and closes their recordings, then calls `then`. Nothing is begun any more.
    void closeAll(std::function<void()> then);

signals:
    void statusChanged(const engine::RunStatus& status);
    void traceGrown(engine::RunId run, const tracestore::TracePtr& trace);
    void textGrown(engine::RunId run, const std::string& effect, const QString& text);
    void logged(engine::RunId run, const QString& line);
    void stepInspected(engine::RunId run, const engine::StepInspection& step);
    void evaluated(engine::RunId run, const engine::Evaluation& value);
    void debugLogged(engine::RunId run, const engine::DebugLine& line);
    void debugSetupTold(engine::RunId run, const engine::DebugSetup& setup);
    void keysFound(const engine::KeyReport& report);
    void keyChanged(const std::string& name, const QString& problem);
    void connectionChecked(const engine::ConnectionReport& report);
    void sampled(const engine::SampleReport& report);
    void experimentChanged(const engine::ExperimentProgress& report);

private:
    struct Run
    {
        std::unique_ptr<RunSession> session;
        std::shared_ptr<RunFeed> feed;
    };

    /// Passes on what a run tells: a RunSession or a RemoteRun.
    template<class Source>
    void listenTo(RunId run, Source& source, RunFeed& feed);

    void tellOfCheck(CheckId check);
    void tellOfSample(SampleId sample);
    RunSession& add(RunId run, AgentConfig config, std::shared_ptr<SharedPolicyState> shared);
    RunSession& add(RunId run, AgentConfig config, RunWorld world);
    void goOn(RunId run, ResumedRun resumed, const ResumeRequest& request);
    void beginReplay(RunId run, PreparedReplay prepared, const DebugStart& debug);
    void forget(RunId run);
    void tellProblem(RunId run, const QString& input, const std::string& problem);
    RunSession* find(RunId run) const;
    RemoteRun* findRemote(RunId run) const;
    [[nodiscard]] RunWorld world(std::shared_ptr<SharedPolicyState> shared);

    SystemClock m_clock;
    SystemRandom m_random;
    std::shared_ptr<const tracestore::PriceTable> m_prices;
    std::unique_ptr<KeyVault> m_vault;
    std::shared_ptr<SharedPolicyState> m_shared = std::make_shared<SharedPolicyState>();
    std::map<RunId, Run> m_runs;
    std::map<RunId, std::unique_ptr<RemoteRun>> m_remotes; ///< runs of other programs
    std::map<RunId, std::unique_ptr<TravelRun>> m_travels; ///< through recordings
    std::map<CheckId, std::unique_ptr<ConnectionCheck>> m_checks;
    std::map<SampleId, std::unique_ptr<StepSampling>> m_samplings;
    std::map<ExperimentId, std::unique_ptr<ExperimentSession>> m_experiments;
    std::function<void()> m_allClosed; ///< set: everything is being closed
    QThreadPool m_readers; ///< last: reads recordings for the rest
};

} // namespace engine
