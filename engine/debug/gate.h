#pragma once

#include "engine/debug/outcome_source.h"
#include "engine/debug/run_log.h"
#include "engine/debug/secret_mask.h"

#include <QObject>

#include <map>
#include <optional>
#include <variant>

namespace engine {

/// Who may stand at the gate: breakpoints, edits, fault injection. Asked in the order in which they
/// were added; the first that does not let an effect pass decides.
class GateControl
{
public:
    GateControl() = default;
    GateControl(const GateControl&) = delete;
    GateControl& operator=(const GateControl&) = delete;
    virtual ~GateControl() = default;

    struct Pass
    { };

    /// Nothing is sent until Gate::release() or Gate::answer().
    struct Hold
    {
        std::string reason;
    };

    /// It is not started: this is its outcome.
    struct Answer
    {
        Outcome outcome;
    };

    /// Another request of the same kind takes its place; the edit is recorded.
    struct Change
    {
        EffectRequest request;
        std::string path; ///< what of it was changed
    };

    using Before = std::variant<Pass, Hold, Answer, Change>;

    [[nodiscard]] virtual Before before(const Effect& effect) = 0;

    /// Before the agent sees an outcome: Pass, Hold, or Answer with what it is to see instead.
    [[nodiscard]] virtual std::variant<Pass, Hold, Answer> after(const Effect& effect,
                                                                 const Outcome& outcome)
        = 0;
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
        HeldAfter
    };

    struct Pending
    {
        Effect effect;
        Stage stage = Stage::Running;
        std::string reason; ///< why it is held
        std::optional<Outcome> outcome; ///< of one that is held after
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

    /// Stops everything that is pending; each ends as Cancelled within a second. So does at once
    /// whatever is submitted from now on: who is between two effects is stopped as well.
    void cancelAll();

    /// The same for what an agent and those below it want.
    void cancel(const std::string& agent);

    /// Stops an effect, or all attempts of a call where `id` names none.
    void cancel(const EffectId& id);

    [[nodiscard]] std::vector<Pending> pending() const;

signals:
    /// An effect is held, or goes on, or has ended.
    void pendingChanged();

private:
    struct Entry;

    void begin(const std::shared_ptr<Entry>& entry);
    void start(const std::shared_ptr<Entry>& entry);
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
    bool m_isStopped = false;
    std::vector<std::string> m_stoppedAgents; ///< by path
};

} // namespace engine
