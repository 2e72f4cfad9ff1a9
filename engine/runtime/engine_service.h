#pragma once

#include "engine/agent/agent.h"
#include "engine/config/key_needs.h"
#include "engine/config/secret.h"
#include "engine/debug/debug_order.h"
#include "engine/debug/debug_status.h"
#include "engine/replay/branch_facts.h"
#include "engine/replay/in_doubt_choice.h"
#include "engine/replay/replay_status.h"
#include "engine/runtime/experiments.h"
#include "engine/runtime/sampling.h"
#include "tracestore/model/trace.h"

#include <QMetaType>
#include <QObject>
#include <QString>

#include <cstdint>
#include <map>
#include <vector>

namespace engine {

/// Names a run as long as the program lives. Counts from 1.
using RunId = quint64;

/// What to run.
struct RunRequest
{
    QString agentFile; ///< a `*.agent.json`
    QString input; ///< what the user asks
    QString recordFile; ///< a .kymo that is not there yet; empty: nothing is kept
    DebugStart debug; ///< breakpoints and what else holds from the first step on
};

/// An interrupted run that is to go on.
struct ResumeRequest
{
    QString recordFile; ///< the .kymo that the run left behind; what follows is written there
    QString agentFile; ///< a `*.agent.json` equal to the recorded one; empty: as recorded
    InDoubtChoice inDoubt = InDoubtChoice::Ask;
    DebugStart debug;
};

/// A recorded run that is to be done again by a policy.
struct ReplayRequest
{
    QString source; ///< the recording, which is only read
    std::int64_t upTo = 0; ///< events that are taken as they are: a fork behind them; 0: from the
                           ///< start
    QString agentFile; ///< a `*.agent.json`; empty: where it was, else as recorded
    QString configuration; ///< its text; counts before the file
    bool isAsRecorded = false; ///< the recorded configuration, also where the file is there
    ReplayPolicy policy;
    QString recordFile; ///< a .kymo that is not there yet; empty: nothing is kept
    bool isForked = false; ///< `recordFile` is there: a fork of `source` (makeFork()), gone on with
    BranchFacts branch;
    std::vector<EditRequest> edits; ///< of the first new step, which is held with them
    DebugStart debug;
};

/// A recording, or a trace of any format, to be gone through as if it ran.
struct TravelRequest
{
    tracestore::TracePtr trace;
    tracestore::SessionId session; ///< invalid: the first
    QString file; ///< it came from, for who shows it; may be empty
    DebugSetup setup;
};

enum class RunState : std::uint8_t
{
    Starting, ///< reads the configuration, starts servers of tools
    Running, ///< is at work, or held by its debugger: RunStatus::debug says
    Waiting, ///< for an answer of the user, with nothing else under way
    Idle, ///< has answered; the user can go on with the conversation
    Stopping,
    Ended
};

/// Something that the agent asks the user.
struct RunQuestion
{
    std::string effect; ///< names it: what answer() wants
    UserQuestion question;
};

/// The figures of a run so far.
struct RunFigures
{
    std::int64_t turns = 0; ///< of all agents: calls of models, with what they led to
    std::int64_t modelCalls = 0;
    std::int64_t toolCalls = 0;
    std::int64_t retries = 0;
    std::int64_t cacheHits = 0;
    std::int64_t errors = 0;
    tracestore::TokenUsage tokens;
    std::optional<double> cost; ///< USD; nothing where no price is known
    std::optional<tracestore::Duration> firstToken; ///< of the last model call
    tracestore::Duration duration; ///< since the start
};

/// How a run stands.
struct RunStatus
{
    RunId id = 0;
    RunState state = RunState::Starting;
    std::string agent; ///< its name, once the configuration is read
    std::string input; ///< the last
    bool isScripted = false; ///< no real model is asked: said wherever the run is shown
    std::vector<RunQuestion> questions;
    RunFigures figures;
    std::optional<AgentResult> result; ///< of the last input
    std::string waitsFor; ///< what keeps it from starting, where that takes long; else empty
    std::string problem; ///< why it could not start, or is not recorded any more; else empty
    QString recordFile;
    std::optional<ReplayStatus> replay; ///< of a run that is replayed by a policy
    DebugStatus debug; ///< whatever the state: what is held, and where one has stopped
    bool isAttached = false; ///< it lives in another program; closing it here leaves it running
    bool isTravel = false; ///< it is over: one goes through its trace (DebugStatus::travel)
};

/// Where a key is.
enum class KeyPlace : std::uint8_t
{
    Unknown, ///< not in the environment, and the key store could not be asked
    Nowhere,
    Environment,
    KeyStore
};

/// What is known of keys; never a key.
struct KeyReport
{
    std::map<std::string, KeyPlace> places; ///< by the names of those that were asked about
    bool hasStore = false; ///< keys can be stored
    std::string problem; ///< why the key store could not be asked; else empty
};

/// Names a test of a connection as long as the program lives. Counts from 1.
using CheckId = quint64;

/// Which connection to test.
struct ConnectionRequest
{
    QString text; ///< of the configuration, saved or not
    QString folder; ///< from which its paths are read
    QString name; ///< of a provider, or of a server of tools
    bool isServer = false;
    bool asksModel = false; ///< asks a model for a short answer, which costs
    QString model; ///< which; one of those that the configuration asks of the provider
};

/// Something that a test of a connection has found, or is about to do.
struct ConnectionFinding
{
    enum class Level : std::uint8_t
    {
        Note,
        Good,
        Doubt,
        Bad
    };

    Level level = Level::Note;
    std::string text; ///< a sentence; never holds a key
};

/// What a test has found so far.
struct ConnectionReport
{
    CheckId check = 0;
    std::vector<ConnectionFinding> findings;
    bool isOver = false;
    std::string askedModel; ///< to be asked itself, to know more; empty: not needed
    std::int64_t askedTokens = 0; ///< that it may answer then
    std::optional<double> askCost; ///< USD, at most; nothing where no price is known
};

/// The one door to runs for desktop and command line: orders go in with ids, facts come out as
/// values. Lives on its user's thread and returns at once; what it does happens elsewhere.
class EngineService : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Starts a run; what comes of it is told by the signals, failures too.
    virtual RunId start(const RunRequest& request) = 0;

    /// Goes on with an interrupted run: what is recorded is not done again. What comes of it is
    /// told by the signals, also why it cannot go on; the recording is then as it was.
    virtual RunId resume(const ResumeRequest& request) = 0;

    /// Does a recorded run again: outcomes come as the policy says, and what has none is asked
    /// (RunStatus::replay). Nothing goes outside that neither the policy nor an answer names.
    virtual RunId replay(const ReplayRequest& request) = 0;

    /// Answers a question of a replay; debugLogged() tells where that cannot be.
    virtual void decide(RunId run, const ReplayDecision& decision) = 0;

    /// Goes through a trace as if it ran, forwards and back: takes the orders of debug() that look
    /// or move, tells statusChanged() and what they ask for. Figures are those up to where one
    /// stands. Nothing is done and no file is written; close() ends it.
    virtual RunId travel(const TravelRequest& request) = 0;

    /// Goes on with the conversation of a run that is idle.
    virtual void say(RunId run, const QString& text) = 0;

    /// Stops it within a second; the recording stays.
    virtual void stop(RunId run) = 0;

    /// Answers a question: the text, or `allow`, `deny` for an approval.
    virtual void answer(RunId run, const std::string& effect, const QString& text) = 0;

    /// Ends the run for good and closes its recording; a run that was attached to goes on.
    virtual void close(RunId run) = 0;

    /// Breaks, steps, edits, looks. What comes of it is told by statusChanged(), stepInspected(),
    /// evaluated() and debugLogged(); an order that makes no sense at the moment by the last.
    virtual void debug(RunId run, const DebugOrder& order) = 0;

    /// Joins a run of another program that listens on a socket of this user (`kymo run --listen`).
    /// Why that fails is told by the status.
    virtual RunId attach(const QString& socket) = 0;

    /// Looks where keys are; keysFound() tells. Asks nobody to unlock anything.
    virtual void findKeys(const std::vector<KeyNeed>& needs) = 0;

    /// Puts a key into the key store of the desktop, or takes it out: keyChanged() tells.
    virtual void storeKey(const std::string& name, const Secret& key) = 0;
    virtual void removeKey(const std::string& name) = 0;

    /// Tests the connection to a provider or server; connectionChecked() tells.
    virtual CheckId checkConnection(const ConnectionRequest& request) = 0;

    /// Stops a test; nothing happens where it is over.
    virtual void cancelCheck(CheckId check) = 0;

    /// Sends a call of a model again, many times, or says what that would take; sampled() tells.
    virtual SampleId sample(const SampleRequest& request) = 0;

    /// Ends it within a second; what has come is kept. Nothing happens where it is over.
    virtual void cancelSample(SampleId sample) = 0;

    /// Looks at an experiment, and runs nothing; experimentChanged() tells.
    virtual ExperimentId openExperiment(const ExperimentRequest& request) = 0;

    /// What is to be done with it; nothing happens where that makes no sense at the moment.
    virtual void orderExperiment(ExperimentId experiment, ExperimentOrder order) = 0;

signals:
    void statusChanged(const engine::RunStatus& status);

    /// The trace so far, some ten times a second while it grows. Ids of spans stay.
    void traceGrown(engine::RunId run, const tracestore::TracePtr& trace);

    /// A model says more, a tool tells of its progress: for who shows it while it comes.
    void textGrown(engine::RunId run, const std::string& effect, const QString& text);

    /// A line for the console: stderr of a tool server, an observer that failed.
    void logged(engine::RunId run, const QString& line);

    /// Answers InspectStep; comes again while the step is looked at and has changed.
    void stepInspected(engine::RunId run, const engine::StepInspection& step);

    /// Answers EvaluateExpression.
    void evaluated(engine::RunId run, const engine::Evaluation& value);

    /// A line for the console: of a logpoint, a fault, an order that could not be done.
    void debugLogged(engine::RunId run, const engine::DebugLine& line);

    /// The breakpoints, watches and faults that a run has to which one has attached; again when
    /// another program that is attached too has changed them.
    void debugSetupTold(engine::RunId run, const engine::DebugSetup& setup);

    void keysFound(const engine::KeyReport& report);

    /// `problem`: why it could not be stored or removed; else empty.
    void keyChanged(const std::string& name, const QString& problem);

    /// There is more in the report of a test; the last word where it is over.
    void connectionChecked(const engine::ConnectionReport& report);

    /// There is more in the report of samples; the last word where it is over.
    void sampled(const engine::SampleReport& report);

    /// There is more in the report of an experiment.
    void experimentChanged(const engine::ExperimentProgress& report);
};

} // namespace engine

Q_DECLARE_METATYPE(engine::DebugSetup)
Q_DECLARE_METATYPE(engine::RunStatus)
Q_DECLARE_METATYPE(engine::KeyReport)
Q_DECLARE_METATYPE(engine::ConnectionReport)
