#pragma once

#include "engine/config/key_store.h"
#include "engine/debug/debug_control.h"
#include "engine/replay/policy_source.h"
#include "engine/replay/run_replay.h"
#include "engine/run/live_source.h"
#include "engine/run/recorder.h"
#include "engine/runtime/run_agents.h"
#include "engine/runtime/run_figure_counter.h"
#include "engine/runtime/run_session.h"

#include <QMetaObject>
#include <QNetworkAccessManager>
#include <QThreadPool>

#include <memory>

namespace engine {

/// Tells the session of every event, so that it can tell how it stands.
class SessionNudge : public RunObserver
{
public:
    explicit SessionNudge(std::function<void()> nudge)
        : m_nudge(std::move(nudge))
    { }

    void onEvent(const RunEventPtr&) override { m_nudge(); }

private:
    std::function<void()> m_nudge;
};

/// Of a run of which nothing is kept: everything is as safe as it gets.
class NoDisk : public QObject, public SaveBarrier
{
public:
    void whenSaved(std::int64_t number, std::function<void(tracestore::Result<void>)> then) override
    {
        static_cast<void>(number);
        QMetaObject::invokeMethod(
            this, [then = std::move(then)] { then({}); }, Qt::QueuedConnection);
    }
};

/// What a run is made of, in the order in which its parts need each other.
struct RunSession::Parts
{
    Parts(RunSession& session, const RunWorld& world)
        : shared(world.shared ? world.shared : std::make_shared<SharedPolicyState>())
        , log(world.clock)
        , figures(std::make_shared<RunFigureCounter>())
        , keys(world.environment)
        , servers(keyLookup(), network)
        , agents({.log = log,
                  .random = world.random,
                  .servers = servers,
                  .network = network,
                  .shared = *shared,
                  .variables = keyLookup(),
                  .figures = *figures})
        , source({.providers = {},
                  .startTool =
                      [this](const EffectId& id, const ToolCall& call, ToolHandlers handlers) {
                          return agents.startTool(id, call, std::move(handlers));
                      },
                  .startAgent =
                      [this](const EffectId& id,
                             const AgentTask& task,
                             std::function<void(Outcome)> done) {
                          return agents.startAgent(id, task, std::move(done));
                      },
                  .passOverTool =
                      [this](const EffectId& id, const ToolCall& call, const Outcome& outcome) {
                          agents.passOverTool(id, call, outcome);
                      },
                  .prices = world.prices},
                 mask,
                 world.clock)
    {
        log.add(figures);
        log.add(std::make_shared<SessionNudge>([&session] { session.updateSoon(); }));
    }

    [[nodiscard]] ToolBox::SecretLookup keyLookup() const
    {
        return [this](const std::string& variable) { return keys.valueOf(variable); };
    }

    ~Parts()
    {
        gate.reset(); // first: it lets go of what runs in the others
        debugger.reset();
        replay.reset();
        policy.reset();
    }

    std::shared_ptr<SharedPolicyState> shared;
    SecretMask mask;
    RunLog log;
    std::shared_ptr<RunFigureCounter> figures;
    RunKeys keys;
    std::unique_ptr<KeyFetch> fetch; ///< while keys are fetched
    QNetworkAccessManager network;
    ToolServers servers;
    RunAgents agents;
    LiveSource source;
    std::shared_ptr<Recorder> recorder;
    std::unique_ptr<PolicySource> policy; ///< of a run that is replayed by one
    std::unique_ptr<RunReplay> replay; ///< of a run that is done again, up to where it goes on
    NoDisk noDisk;
    std::unique_ptr<Gate> gate;
    std::unique_ptr<DebugControl> debugger;
    QThreadPool writers; ///< last: they write files for the rest
};

} // namespace engine
