#pragma once

#include "engine/breakpoint/run_history.h"
#include "engine/debug/call_stack.h"
#include "engine/debug/debug_order.h"
#include "engine/debug/debug_status.h"
#include "engine/debug/fault_injector.h"
#include "engine/debug/step_edits.h"
#include "engine/debug/stepper.h"
#include "engine/debug/watch_list.h"
#include "engine/run/agent_run.h"
#include "engine/run/gate.h"

#include <QObject>

#include <set>

namespace engine {

/// The debugger of one run: stands at its gate, stops it, lets steps go on, changes them, and tells
/// how it stands. README.md has how that works. Lives on the engine's thread.
class DebugControl : public QObject, public GateControl
{
    Q_OBJECT

public:
    /// What the debugger needs of the run; all of it outlives this.
    struct World
    {
        RunLog& log;
        Gate& gate;
        const SecretMask& mask;
        std::string session; ///< for scopes: the name of the recording or the agent

        std::function<AgentRun*(const std::string& agent)> findAgent; ///< null: there is none
        std::function<EffectClass(const std::string& agent, const EffectRequest&)> classOf;
        std::function<std::string(const std::string& agent, const std::string& tool)> schemaOf;
        std::function<std::string(const ModelCall&)> wireOf; ///< JSON; empty: it goes by no HTTP

        /// Writes what happened so far into a recording of its own; `told` comes with its name.
        using ForkTold = std::function<void(const tracestore::Result<std::string>&)>;
        std::function<void(const std::string& name, ForkTold told)> fork;
    };

    DebugControl(World world, const DebugStart& start);
    ~DebugControl() override;

    /// What comes of it is told by the signals.
    void take(const DebugOrder& order);

    [[nodiscard]] DebugStatus status() const;

    /// The run is being stopped: nothing is held any more.
    void end();

    /// The events of a run that is done again, before it is.
    void hear(const std::vector<RunEventPtr>& events);

    // At the gate.
    [[nodiscard]] Before before(const Effect& effect) override;
    [[nodiscard]] std::variant<Pass, Hold, Answer> after(const Effect& effect,
                                                         const Outcome& outcome) override;
    [[nodiscard]] std::variant<Pass, Hold> between(const GateMoment& moment) override;
    void began(const Effect& effect) override;
    void finished(const Effect& effect, const Outcome* outcome) override;
    void callEnded(const EffectId& call) override;

signals:
    /// The run stands otherwise: it has stopped, goes on, or what is held has changed. From the
    /// event loop, once for many changes. That steps begin and end is not told by this.
    void changed();

    void inspected(const engine::StepInspection& step);
    void evaluated(const engine::Evaluation& value);
    void told(const engine::DebugLine& line);

private:
    class Ear;

    /// What is known of a step beside what the gate knows.
    struct Step
    {
        tracestore::Timestamp since; ///< of its stage
        std::optional<tracestore::Timestamp> begin; ///< of the attempt
        bool isStop = false;
        bool isJudged = false; ///< breakpoints were asked at the stage it is held at
        bool isCounted = false; ///< its outcome is in the history
        bool hasSpoken = false; ///< a model has begun to answer
        StepEdits edits;
        std::vector<tracestore::DecisionMade> decisions; ///< of a moment
        std::optional<Outcome> outcome; ///< of a moment: of the attempt before
    };

    /// What the breakpoints and orders make of a moment.
    struct Verdict
    {
        std::optional<DebugStop::Cause> cause; ///< it stops
        StopKind kind = StopKind::Step;
        std::vector<BreakpointHit> hits;
        bool isTestStop = false;
        bool holdsStepOnly = false;
        bool waitsForEdit = false; ///< held until the state is changed, no stop
        bool isAnswered = false; ///< or its outcome is another one
    };

    /// A moment with what it points to.
    struct Moment
    {
        StopPoint point;
        nlohmann::json state;
        nlohmann::json stateBefore;
        std::string name; ///< of what it is about
    };

    /// How a step stood when it was looked at.
    struct Looked
    {
        Gate::Stage stage = Gate::Stage::Running;
        std::vector<PendingEdit> edits;

        bool operator==(const Looked&) const = default;
    };

    // debug_control.cpp: moments of the run
    Moment momentOf(const EffectId& id, const Effect* effect, const Outcome* outcome);
    Verdict judge(Moment& moment, StepEdits& edits, bool isNewStep);
    std::vector<BreakpointHit> match(Moment& moment);
    std::optional<DebugStop::Cause> causeWithoutHit(Moment& moment, bool isNewStep);
    std::optional<Hold> holdFor(Moment& moment, Step& step, bool isNewStep);
    std::optional<Hold> holdAlong(const Effect& effect, bool isAfter);
    [[nodiscard]] bool reachesTarget(Moment& moment);
    Before judgeBefore(const Effect& effect);
    std::variant<Pass, Hold, Answer> judgeAfter(const Effect& effect, const Outcome& outcome);
    std::variant<Pass, Hold> judgeBetween(const EffectId& id,
                                          const Effect* effect,
                                          const std::optional<Outcome>& outcome,
                                          const std::vector<tracestore::DecisionMade>& decisions,
                                          bool isOfAgent);
    [[nodiscard]] Change changeBy(const Effect& effect, Gate::Release with) const;
    Before faultsFor(const Effect& effect, Change change);
    void takeState(Moment& moment);
    void onEvent(const tracestore::RunEvent& event);
    void onDelta(const EffectId& effect);
    [[nodiscard]] bool isHeldAlong(const EffectId& effect) const;
    [[nodiscard]] bool isQuiet() const;
    void keepFirstState(const std::string& agent);
    [[nodiscard]] bool isTestStop(const Effect& effect);

    // debug_actions.cpp: what breakpoints do
    void act(const BreakpointHit& hit, Moment& moment, StepEdits& edits, Verdict& verdict);
    void editState(const Moment& moment, const EditAction& action, BreakpointId breakpoint);
    void snapshot(const SnapshotAction& action, const Moment& moment);
    void fork(const ForkAction& action, const Moment& moment, BreakpointId breakpoint);
    std::string filled(const std::string& text, const Moment& moment, BreakpointId breakpoint);

    // debug_stops.cpp: stopping and going on
    void stopAt(const Moment& moment, Verdict verdict);
    void stopAtHeld(const Gate::Pending& pending, DebugStop::Cause cause);
    void noteHold(const EffectId& id,
                  const Effect* effect,
                  const std::string& reason,
                  bool isAfter = false);
    void goOn();
    void releaseHeld(const std::function<bool(const EffectId&)>& isMeant);
    void letGo(const Gate::Pending& pending);
    Gate::Release takeEdits(const Gate::Pending& pending, Step& step);
    void letGoBefore(const Gate::Pending& pending, Step& step);
    void letGoAfter(const Gate::Pending& pending, Step& step);
    void letGoBetween(const Gate::Pending& pending, Step& step);
    void release(const EffectId& id, Gate::Release with);
    void moveStop();
    void evaluateWatches(const Moment& moment, bool isStop);
    void keepStates();
    void tellSoon();

    // debug_orders.cpp
    void obey(const ContinueRun& order);
    void obey(const PauseRun& order);
    void obey(const StepRun& order);
    void obey(const RunTo& order);
    void obey(const SetDebugSetup& order);
    void obey(const SetTestMode& order);
    void obey(const EditRequest& order);
    void obey(const EditOutcome& order);
    void obey(const EditState& order);
    void obey(const UndoEdit& order);
    void obey(const AnswerStep& order);
    void obey(const CancelStep& order);
    void obey(const InspectStep& order);
    void obey(const EvaluateExpression& order);
    void obey(const GoToMoment& order);
    void obey(const GoToChange& order);
    void obey(const GoToHit& order);
    void obey(const PlayRun& order);
    void edit(const std::string& effect,
              Gate::Stage stage,
              const std::string& path,
              const std::string& value);
    void checkArguments(const Gate::Pending& pending);
    tracestore::Result<void>
    changeState(const std::string& agent, const std::string& path, const std::string& value);
    [[nodiscard]] tracestore::Result<void> mayChangeState(const std::string& agent) const;
    [[nodiscard]] std::optional<tracestore::DecisionMade>
    callsAgain(const std::string& agent) const;
    void complain(const std::string& problem, const std::string& effect = {});
    std::optional<Gate::Pending> pendingOf(const std::string& effect) const;
    std::optional<Gate::Pending> heldOf(const std::string& effect);

    // debug_inspection.cpp
    [[nodiscard]] StepInspection inspection(const Gate::Pending& pending) const;
    [[nodiscard]] PendingStep shown(const Gate::Pending& pending) const;
    [[nodiscard]] std::vector<Effect> answeredCalls(const std::string& agent) const;
    void inspectAgain();

    World m_world;
    std::shared_ptr<Ear> m_ear;
    BreakpointSet m_breakpoints;
    BreakpointSet m_runTo;
    FaultInjector m_faults;
    WatchList m_watches;
    RunHistory m_history;
    CallStack m_stack;
    Stepper m_stepper;
    std::map<EffectId, Step> m_steps; ///< held and running
    std::map<std::string, nlohmann::json> m_lastStates; ///< by agent, where somebody asks for them
    std::map<std::string, AgentState> m_stopStates; ///< at the last stop
    std::map<std::string, AgentState> m_statesBefore; ///< at the stop before
    std::optional<DebugStop> m_stop;
    std::uint64_t m_stopCount = 0;
    std::vector<EffectId> m_free; ///< calls that were let go alone
    std::map<EffectId, StepEdits> m_editedCalls; ///< for attempts that follow
    std::set<EffectId> m_tested; ///< calls that test mode has let through
    SetTestMode m_testMode;
    std::string m_inspected; ///< the step that is looked at
    Looked m_looked; ///< how it stood then
    std::map<std::string, TextTemplate> m_templates; ///< of log actions
    bool m_isStopped = false; ///< all that is wanted is held
    bool m_isPausing = false;
    bool m_stopsAtEntry = false;
    bool m_runsTo = false;
    bool m_isEditingState = false; ///< what is held is about to be replaced
    bool m_isTelling = false;
};

} // namespace engine
