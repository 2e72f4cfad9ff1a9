#pragma once

#include "engine/config/agent_config.h"
#include "engine/debug/debug_control.h"
#include "engine/policy/shared_policy_state.h"
#include "engine/replay/recorded_facts.h"
#include "engine/replay/recorded_run.h"
#include "engine/runtime/engine_service.h"
#include "engine/runtime/key_fetch.h"
#include "engine/runtime/replay_start.h"
#include "engine/runtime/tool_servers.h"
#include "tracestore/analysis/price_table.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <filesystem>
#include <memory>

namespace engine {

class Recorder;

/// What a run takes from the machine; outlives it.
struct RunWorld
{
    const tracestore::Clock& clock;
    tracestore::Random& random;
    std::shared_ptr<const tracestore::PriceTable> prices; ///< may be null
    std::function<std::optional<std::string>(const std::string& variable)> environment;
    std::shared_ptr<SharedPolicyState> shared = {}; ///< with other runs; null: one of its own
    KeyVault* vault = nullptr; ///< asked for keys that the environment has not; may be null
    KeyFetch::Patience patience = {}; ///< with the vault
    std::shared_ptr<void> keeps = {}; ///< what the rest refers to and has to live as long
};

/// One run from its configuration to its end: builds the agents and what they work with, drives
/// them, records, and tells how it stands. Lives on the engine's thread.
class RunSession : public QObject
{
    Q_OBJECT

public:
    RunSession(RunId id, AgentConfig config, RunWorld world);
    ~RunSession() override;

    /// Everything goes to a new file as well. Before start().
    void recordTo(const std::filesystem::path& file);

    /// Watches from the next event on.
    void add(std::shared_ptr<RunObserver> observer);

    /// What holds from the first step on. Before start() or resume().
    void setDebug(const DebugStart& debug);

    /// What comes of it is told by the signals.
    void debug(const DebugOrder& order);

    /// Begins; what goes wrong with it is told by the status.
    void start(const std::string& input);

    /// In the place of recordTo() and start(): does again what is recorded, and goes on from there
    /// in the same file. The configuration is that of the recording. A run that waits for its user
    /// is idle then; nothing is written until the user says something or it is closed.
    void resume(RecordedRun recorded, InDoubtChoice choice);

    /// In the place of recordTo() and start(): does again all that is recorded and nothing else,
    /// with the configuration of this session, and ends. Nothing happens outside, no server of
    /// tools is started and no key is looked for: what servers offered is told. Nothing is written.
    void check(RecordedRun recorded, const RecordedTools& tools);

    /// Where a run that is checked is another one than was recorded.
    [[nodiscard]] const std::optional<ReplayDivergence>& divergence() const { return m_divergence; }

    /// In the place of recordTo() and start(): a new run whose outcomes come by a policy. The clock
    /// of this session's world is that of `start`.
    void replay(ReplayStart start);

    /// Answers a question of a replay. NotFound: nobody asks that. Invalid: why it cannot be.
    tracestore::Result<void> decide(const ReplayDecision& decision);

    /// Goes on with the conversation; nothing happens while the agent works.
    void say(const std::string& input);

    /// Stops what is under way; the run ends.
    void stop();

    /// NotFound: nobody asks that.
    tracestore::Result<void> answer(const std::string& effect, const std::string& text);

    /// Ends the run, its servers and its recording, then calls `then` from the event loop.
    void close(std::function<void(tracestore::Result<void>)> then);

    [[nodiscard]] const RunStatus& status() const { return m_status; }

    [[nodiscard]] Gate& gate();

signals:
    /// At once where the state changes, some ten times a second where only figures do.
    void statusChanged();
    void logged(const QString& line);
    void stepInspected(const engine::StepInspection& step);
    void evaluated(const engine::Evaluation& value);
    void debugLogged(const engine::DebugLine& line);

private:
    struct Parts;

    void openGate(OutcomeSource& source, SaveBarrier* barrier);
    [[nodiscard]] std::string wireOf(const ModelCall& call) const;
    void fork(const std::string& name, DebugControl::World::ForkTold told);
    void fetchKeys(std::function<void()> then);
    void takeKeys();
    void knowSecrets();
    void recordStart();
    void open();
    tracestore::Result<void> makeProviders();
    tracestore::Result<void> makeProvider(const ProviderConfig& config);
    void record(std::shared_ptr<Recorder> recorder);
    void begin();
    [[nodiscard]] bool isReplaying() const;
    void catchUp();
    void goOn();
    void startAgain(RecordedRun recorded, ReplayExtent extent, OutcomeSource& live);
    void makePolicySource();
    void openReplay();
    void openFor(const Effect& effect, std::function<void(tracestore::Result<void>)> then);
    void openWith(const Effect& effect, const std::function<void(tracestore::Result<void>)>& then);
    void noteReplay();
    void giveNext();
    void makeEdits();
    void takeReplayStatus();
    [[nodiscard]] bool isReplayAsking() const;
    [[nodiscard]] bool isAskedByReplay(const EffectId& effect) const;
    void meetEnd();
    void recordOffer(const std::string& server, const std::vector<McpToolInfo>& tools);
    void give(const std::string& input);
    void finish(const AgentResult& result);
    void fail(const tracestore::Error& error);
    void end();
    void closeRecording();
    void setState(RunState state);
    void updateQuestions();
    void updateSoon();

    RunStatus m_status;
    AgentConfig m_config;
    RunWorld m_world;
    std::unique_ptr<Parts> m_parts;
    DebugStart m_debug; ///< until the gate is there
    InDoubtChoice m_inDoubt = InDoubtChoice::Ask;
    bool m_isEnded = false; ///< the end is recorded
    std::function<void()> m_keysTaken; ///< while keys are fetched
    std::vector<std::function<void()>> m_keysWanted; ///< of a replay: who waits for the same
    bool m_hasKeys = false; ///< of a replay: they were fetched
    std::unique_ptr<ReplayStart> m_replay; ///< of a run that is replayed by a policy
    std::deque<std::string>
        m_inputs; ///< of it, that were said in the recording and are still to be
    bool m_isCheck = false; ///< nothing follows what is recorded
    std::optional<ReplayDivergence> m_divergence;
    std::function<void(tracestore::Result<void>)> m_closed;
    QTimer m_updates;
};

} // namespace engine
