#pragma once

#include "engine/agent/agent.h"
#include "engine/run/outcome_source.h"
#include "engine/run/run_log.h"
#include "engine/run/secret_mask.h"

#include <QObject>

#include <map>
#include <optional>
#include <span>
#include <variant>

namespace engine {

/// Whether doing it twice is more than doing it once.
constexpr bool reachesOut(EffectClass effectClass)
{
    return effectClass == EffectClass::Writes || effectClass == EffectClass::Outside;
}

/// What happened between two effects, before anybody goes on from there: an agent has come to a new
/// state and may want something, or policies have decided about a call. Valid for the call only.
struct GateMoment
{
    EffectId id; ///< of the call, with attempt 0; of an agent, with turn 0
    std::span<const tracestore::DecisionMade> decisions; ///< that were made there
    const Effect* effect = nullptr; ///< the call as it was tried last; null for an agent
    const Outcome* outcome = nullptr; ///< of that try; null where it was none
    const Agent* agent = nullptr; ///< which has a new state; null for a call
};

/// Who may stand at the gate: breakpoints, edits, fault injection. Asked in the order in which they
/// were added; the first that does not let an effect pass decides.
class GateControl
{
public:
    GateControl() = default;
    GateControl(const GateControl&) = delete;
    GateControl& operator=(const GateControl&) = delete;
    virtual ~GateControl() = default;

    /// A change as it is recorded.
    struct Edit
    {
        std::string path; ///< `request.args.amount`, `outcome.result`
        std::string before; ///< JSON
        std::string after; ///< JSON
    };

    struct Pass
    { };

    /// Nothing is sent until Gate::release() or Gate::answer().
    struct Hold
    {
        std::string reason;
    };

    /// Its intent is recorded; it is started so much later.
    struct Delay
    {
        tracestore::Duration duration;
    };

    /// Another request of the same kind takes its place; the edit is recorded.
    struct Change
    {
        EffectRequest request;
        std::string path; ///< what of it was changed
        std::vector<Edit> edits = {}; ///< to be recorded in the place of the whole
        std::optional<EffectClass> effectClass = {}; ///< of the new request
        tracestore::Duration delay = {}; ///< before it starts
    };

    /// It is not started: this is its outcome, after a while.
    struct Answer
    {
        Outcome outcome;
        tracestore::Duration delay = {};
        std::vector<Edit> edits = {}; ///< of an outcome, by which it came to be; empty: the whole
        std::optional<Change> sentAs = {}; ///< what would have been sent, where it was changed
    };

    using Before = std::variant<Pass, Hold, Answer, Change, Delay>;

    [[nodiscard]] virtual Before before(const Effect& effect) = 0;

    /// Before the agent sees an outcome: Pass, Hold, or Answer with what it is to see instead.
    [[nodiscard]] virtual std::variant<Pass, Hold, Answer> after(const Effect& effect,
                                                                 const Outcome& outcome)
        = 0;

    /// Pass, or Hold: what follows from the moment waits for Gate::release(). Not asked of what is
    /// recorded of a run that is done again.
    [[nodiscard]] virtual std::variant<Pass, Hold> between(const GateMoment& moment)
    {
        static_cast<void>(moment);
        return Pass {};
    }

    // Told of every effect, also of those that are done again and of which nobody was asked.

    /// Its intent is recorded.
    virtual void began(const Effect& effect) { static_cast<void>(effect); }

    /// Its outcome is recorded, or it was discarded before it had one (null).
    virtual void finished(const Effect& effect, const Outcome* outcome)
    {
        static_cast<void>(effect);
        static_cast<void>(outcome);
    }

    /// A call has its outcome for good: no attempt follows. `call` has no attempt in its name.
    virtual void callEnded(const EffectId& call) { static_cast<void>(call); }
};

/// Waits until an event is safe on the disk. Where nothing is recorded there is none of it.
class SaveBarrier
{
public:
    SaveBarrier() = default;
    SaveBarrier(const SaveBarrier&) = delete;
    SaveBarrier& operator=(const SaveBarrier&) = delete;
    virtual ~SaveBarrier() = default;

    /// Calls `then` once all events up to `number` are saved; with an error where they cannot be.
    virtual void whenSaved(std::int64_t number, std::function<void(tracestore::Result<void>)> then)
        = 0;
};

/// The one door of every effect: masks secrets, asks the controls, records the intent, gets the
/// outcome from its source, asks the controls again, records the outcome, and gives it back. An
/// effect that writes or reaches outside starts only when its intent is saved. Holding one effect
/// holds no other. Lives on the engine's thread.
class Gate : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const Outcome&)>;

    enum class Stage : std::uint8_t
    {
        Saving, ///< its intent is on its way to the disk
        HeldBefore,
        Running,
        HeldAfter,
        HeldBetween ///< no effect, but a moment (see GateMoment)
    };

    struct Pending
    {
        Effect effect; ///< of a moment of an agent its name alone
        Stage stage = Stage::Running;
        std::string reason; ///< why it is held
        std::optional<Outcome> outcome; ///< of one that is held after
    };

    /// With what a held effect goes on.
    struct Release
    {
        std::optional<EffectRequest> request = {}; ///< in the place of its own
        std::optional<EffectClass> effectClass = {}; ///< of that
        std::optional<Outcome> outcome = {}; ///< it is not started, or this is what the agent gets
        std::vector<GateControl::Edit> edits
            = {}; ///< to be recorded; empty: what is given as a whole
        tracestore::Duration delay = {}; ///< until it starts or is answered
    };

    /// All of them outlive the gate; `barrier` may be null.
    Gate(RunLog& log, OutcomeSource& source, SecretMask& mask, SaveBarrier* barrier = nullptr);
    ~Gate() override;

    /// `control` outlives the gate.
    void add(GateControl& control);

    /// Takes an effect; `done` comes from the event loop with its outcome, once.
    void submit(Effect effect, Done done);

    /// Records an effect that needs nothing from outside, since its outcome is known: a cached
    /// answer, a refusal by a policy.
    Outcome recordAnswered(Effect effect, Outcome outcome);

    /// Lets a held effect go on, with another request or outcome where one is given; the edit is
    /// recorded. NotFound: none of that name is held.
    tracestore::Result<void> release(const EffectId& id,
                                     std::optional<EffectRequest> request = {},
                                     std::optional<Outcome> outcome = {});
    tracestore::Result<void> release(const EffectId& id, Release with);

    /// Whether anybody holds a moment: then waitAt() has to follow at once with what goes on from
    /// it, which comes from the event loop. Costs next to nothing where there is no control.
    [[nodiscard]] bool isHeldAt(const GateMoment& moment);
    void waitAt(const EffectId& id, std::function<void()> goOn);

    /// Tells the controls that a call has its outcome for good.
    void tellCallEnded(const EffectId& call);

    /// Stops everything that is pending; each ends as Cancelled within a second. So does at once
    /// whatever is submitted from now on: who is between two effects is stopped as well.
    void cancelAll();

    /// The same for what an agent and those below it want.
    void cancel(const std::string& agent);

    /// Stops an effect, or all attempts of a call where `id` names none.
    void cancel(const EffectId& id);

    /// Gives up one effect, held or running. Its outcome is Cancelled and of the user, so that its
    /// agent goes on. NotFound: none of that name is pending.
    tracestore::Result<void> giveUp(const EffectId& id);

    /// Forgets what an agent wants: its state was changed. None of it runs; nobody hears of it any
    /// more. What had an outcome gets it recorded. `why` stands in the log.
    void discard(const std::string& agent, const std::string& why);

    /// In the order in which they came.
    [[nodiscard]] std::vector<Pending> pending() const;

    /// Null where nothing of that name is pending. Valid until the event loop is reached.
    [[nodiscard]] const Effect* effectOf(const EffectId& id) const;

signals:
    /// An effect is held, or goes on, or has ended.
    void pendingChanged();

private:
    struct Entry;

    void take(const std::shared_ptr<Entry>& entry);
    void hold(Entry& entry, Stage stage, std::string reason);
    void begin(const std::shared_ptr<Entry>& entry);
    void start(const std::shared_ptr<Entry>& entry);
    void startAfterDelay(const std::shared_ptr<Entry>& entry);
    void answer(const std::shared_ptr<Entry>& entry, Outcome outcome, tracestore::Duration delay);
    void recordIntent(Entry& entry);
    void recordEdits(const Effect& effect, const std::vector<GateControl::Edit>& edits);
    void change(Entry& entry, GateControl::Change change);
    void changeOutcome(Entry& entry, Outcome& outcome, GateControl::Answer answer);
    void editAgain(Entry& entry);
    void releaseAfter(const std::shared_ptr<Entry>& entry, Release with);
    void releaseBefore(const std::shared_ptr<Entry>& entry, Release with);
    void arrive(const std::shared_ptr<Entry>& entry, Outcome outcome);
    void finish(const std::shared_ptr<Entry>& entry, Outcome outcome);
    void recordEdit(const Effect& effect, const std::string& path, const Effect& before);
    void stop(const std::shared_ptr<Entry>& entry);
    bool isStopped(const std::string& agent) const;
    void later(std::function<void()> work);
    std::shared_ptr<Entry> find(const EffectId& id) const;

    RunLog& m_log;
    OutcomeSource& m_source;
    SecretMask& m_mask;
    SaveBarrier* m_barrier;
    std::vector<GateControl*> m_controls;
    std::map<EffectId, std::shared_ptr<Entry>> m_entries;
    std::uint64_t m_count = 0; ///< of entries so far: their order
    bool m_isStopped = false;
    std::vector<std::string> m_stoppedAgents; ///< by path
};

} // namespace engine
