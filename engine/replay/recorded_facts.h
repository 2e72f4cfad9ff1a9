#pragma once

#include "engine/replay/fact_difference.h"
#include "engine/replay/fact_order.h"
#include "engine/replay/recorded_run.h"
#include "engine/replay/replay_divergence.h"
#include "engine/run/run_past.h"

#include <deque>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace engine {

/// What has to come again of a recording.
enum class ReplayExtent : std::uint8_t
{
    Beginning, ///< all of it, and then more: the run goes on from there
    Whole ///< all of it in its order, and nothing else
};

/// The recorded facts of a run that is done again, as the log meets them: those of an effect in
/// their order, and those of an agent that are about no effect in theirs. What users did to the run
/// (edits of steps, what the debugger noted, earlier resumptions and what was asked at them) does
/// not come again and is passed over; edits of an agent's state are done again. One thread.
class RecordedFacts : public RunPast
{
public:
    using Diverged = std::function<void(const ReplayDivergence&)>;

    /// `taken` comes with each fact that is found again. `diverged` comes once; from then on
    /// nothing is found any more.
    RecordedFacts(const RecordedRun& run,
                  ReplayExtent extent,
                  std::function<void()> taken,
                  Diverged diverged);

    [[nodiscard]] RunEventPtr take(const std::string& agent,
                                   const std::string& effect,
                                   const tracestore::RunFact& fact) override;

    [[nodiscard]] bool knowsMoreOf(const std::string& effect) const override;

    [[nodiscard]] bool wasDiscarded(const std::string& effect) const override;

    [[nodiscard]] const tracestore::RunEvent* next(const std::string& agent,
                                                   const std::string& effect) const override;

    /// The first that has not been found again; null: all have been.
    [[nodiscard]] const tracestore::RunEvent* first() const;

    [[nodiscard]] bool isOver() const { return first() == nullptr; }

    [[nodiscard]] bool hasDiverged() const { return m_hasDiverged; }

    /// How many were found, for who watches whether there are more.
    [[nodiscard]] std::size_t takenCount() const { return m_takenCount; }

    [[nodiscard]] const tracestore::RunEvent* outcomeOf(const std::string& effect) const override;

    /// Whether an intent is recorded and no outcome.
    [[nodiscard]] bool isOpen(const std::string& effect) const;

    /// The intents of models and tools without an outcome, in their order.
    [[nodiscard]] std::vector<const tracestore::RunEvent*> open() const;

    /// Whether an agent was started for an effect, or parts of it are recorded.
    [[nodiscard]] bool hasBelow(const std::string& effect) const;

    /// The recorded intent of an effect that the user changed before it was sent: it is not what
    /// the agent wants. Null where it was not changed.
    [[nodiscard]] const tracestore::EffectWanted* editedIntent(const std::string& effect) const;

    /// Changes that the user made of an effect of which no intent was recorded then.
    [[nodiscard]] std::vector<tracestore::EditMade>
    openEdits(const std::string& effect) const override;

    /// How often it was asked what to do about a call that was in doubt.
    [[nodiscard]] std::uint32_t questionsAbout(const std::string& call) const;

    /// What the user said next, where that is what comes next.
    [[nodiscard]] std::optional<std::string> nextInput(const std::string& agent) const;

    /// Nothing comes any more, and this is what is missing: ends it. `held` are effects that have
    /// no recorded outcome and wait for one.
    void tellMissing(const std::vector<std::string>& held);

    /// Nothing is on its way at the moment: what was put off is told.
    void settle();

    /// Ends it.
    void diverge(ReplayDivergence divergence);

private:
    struct Effect
    {
        const tracestore::RunEvent* wanted = nullptr;
        const tracestore::RunEvent* ended = nullptr;
        std::vector<const tracestore::EditMade*> edits; ///< before it was sent
    };

    bool isPassedOver(const RunEventPtr& event);
    bool isNoteOfUser(const RunEventPtr& event);
    void tellDifference(std::size_t place, const tracestore::RunFact& now, FactDifference found);
    bool putOff(std::size_t place, const tracestore::RunFact& now, const FactDifference& found);
    void tellPutOff(const std::string& agent,
                    const std::string& effect,
                    const tracestore::RunFact& fact);
    [[nodiscard]] ReplayDivergence
    divergenceOf(std::size_t place, const tracestore::RunFact& now, FactDifference found) const;
    void tellOvertaken(std::size_t place, std::size_t before);
    void
    takeExtra(const std::string& agent, const std::string& effect, const tracestore::RunFact& fact);

    std::vector<RunEventPtr> m_events; ///< those to be found again, in order
    std::vector<bool> m_isTaken; ///< beside m_events
    std::size_t m_first = 0; ///< before it all are taken
    std::size_t m_takenCount = 0;
    std::unordered_map<std::string, std::deque<std::size_t>> m_queues; ///< by effect, or `@` agent
    std::unordered_map<std::string, Effect> m_effects;
    std::unordered_set<std::string> m_below; ///< effects that asked for an agent or have parts
    std::unordered_map<std::string, std::uint32_t> m_questions; ///< by call
    std::unordered_set<std::string> m_discarded; ///< effects, by edits of a state
    std::unordered_map<std::string, std::vector<std::string>> m_discards; ///< the same, by agent,
                                                                          ///< as long as no edit
                                                                          ///< is recorded
    FactComparer m_comparer;
    std::function<void()> m_taken;
    Diverged m_diverged;
    bool m_hasDiverged = false;
    bool m_isWhole; ///< everything is compared, and nothing is new
    bool m_isComplete; ///< the recording has an end
    FactOrder m_order; ///< of a whole one
    std::optional<ReplayDivergence> m_putOff; ///< of a whole one: of the first state of an agent
    std::vector<ReplayDivergence> m_extra; ///< of a whole one without an end: what is not recorded
};

/// `a:3.1`, of `a:3.1.2`.
std::string callOfEffect(const std::string& effect);

/// The part that names the questions about a call in doubt. It cannot be a step of a composite
/// tool: their ids have no blanks.
inline constexpr std::string_view kDoubtPart = "in doubt";

} // namespace engine
