#pragma once

#include "engine/replay/recorded_outcomes.h"
#include "engine/replay/replay_clock.h"
#include "engine/replay/replay_source.h"
#include "engine/replay/replay_status.h"
#include "engine/run/outcome_source.h"

#include <QObject>

#include <map>
#include <memory>
#include <vector>

namespace engine {

/// Outcomes of a run that is replayed by a policy: from a recording, as the policy says, or, only
/// where it or the user says so, from the world. What has none asks, and waits; nothing goes
/// outside silently. Agents and composite tools run for real, since what they want comes here too.
/// Recorded outcomes come in the order of the recording. Engine's thread.
class PolicySource : public QObject, public OutcomeSource
{
    Q_OBJECT

public:
    /// Makes ready what an effect needs from the world (a key, a server of tools).
    using Open = std::function<void(const Effect&, std::function<void(tracestore::Result<void>)>)>;

    struct World
    {
        OutcomeSource& live;
        RunLog& log; ///< gets what the user decides
        ReplayClock& clock;
        ReplaySource::HasParts hasParts;
        Open open;
    };

    /// `events` are the recording; what happened up to `from` is over. What the world refers to
    /// outlives this. The normalisers of the policy make sense.
    PolicySource(std::vector<RunEventPtr> events,
                 std::int64_t from,
                 ReplayPolicy policy,
                 World world);
    ~PolicySource() override;

    [[nodiscard]] std::unique_ptr<RunningEffect> start(const Effect& effect,
                                                       EffectHandlers handlers) override;

    /// Its outcome was taken as it is recorded.
    void passOver(const Effect& effect, const Outcome& outcome) override;

    /// NotFound: nobody asks that. Invalid: why that cannot be done; the question stays.
    tracestore::Result<void> decide(const ReplayDecision& decision);

    /// Without where the recording and the configuration are.
    [[nodiscard]] const ReplayStatus& status() const { return m_status; }

signals:
    /// A question more or less, or another figure.
    void changed();

    /// A choice that is about the run as a whole.
    void forkWanted(const std::string& effect, const std::string& name);
    void stopWanted();

private:
    class Waiting;
    friend class Waiting;

    std::unique_ptr<RunningEffect> startWait(const Effect& effect, EffectHandlers handlers);
    std::unique_ptr<RunningEffect> startQuestion(const Effect& effect, EffectHandlers handlers);
    [[nodiscard]] RecordedStep* beforeTheChange(const Effect& effect);
    void settle(Waiting& waiting);
    void settleRecorded(Waiting& waiting);
    [[nodiscard]] bool mayGoLive(const Effect& effect) const;
    void goLive(Waiting& waiting);
    void giveRecorded(Waiting& waiting, RecordedStep& step);
    void give(Waiting& waiting, Outcome outcome);
    void deliverSoon();
    void look();
    void ask(Waiting& waiting, ReplayQuestion::Cause cause);
    tracestore::Result<void> useRecorded(Waiting& waiting);
    tracestore::Result<void> treatAsEqual(Waiting& waiting, const ReplayDecision& decision);
    tracestore::Result<void> answerWith(Waiting& waiting, const std::string& text);
    tracestore::Result<void> liveFromHere(Waiting& waiting);
    void settleAgain();
    void endQuestion(const std::string& effect);
    void note(const Effect& effect, ReplayChoice choice, nlohmann::json details);
    [[nodiscard]] Waiting* waitingOf(const std::string& effect) const;

    RecordedOutcomes m_outcomes;
    World m_world;
    ReplayStatus m_status;
    std::map<std::string, Waiting*> m_waiting; ///< by effect
    std::map<std::int64_t, Waiting*> m_due; ///< with recorded outcomes, by their events
    bool m_isLooking = false; ///< at the next of them, in the next round of the event loop
    int m_rounds = 0; ///< of the event loop until the next that is due
    bool m_isLive = false; ///< something went outside: time passes by itself
};

} // namespace engine
