#pragma once

#include "engine/effect/request_fingerprint.h"
#include "engine/replay/fact_difference.h"
#include "engine/replay/normaliser_set.h"
#include "engine/run/run_observer.h"

#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

namespace engine {

/// A step of a recording, as a replay that need not be equal uses it.
struct RecordedStep
{
    std::string agent;
    const tracestore::EffectWanted* wanted = nullptr;
    std::int64_t wantedEvent = 0;
    const tracestore::EffectEnded* ended = nullptr; ///< null: no outcome is recorded
    std::int64_t endedEvent = 0;
    tracestore::Timestamp end;
    bool isEdited = false; ///< a user changed it before it was sent
    bool isUsed = false;
};

/// Finds the recorded outcome of a request: by its name first, since that is its place in the tree,
/// then by content among steps that nobody has used, so that inserted steps and parallel calls in
/// another order find theirs. One thread.
class RecordedOutcomes
{
public:
    /// What happened up to `from` is over: its steps are used. The events are kept.
    RecordedOutcomes(std::vector<RunEventPtr> events, std::int64_t from);

    /// Invalid: a normaliser makes no sense; those before hold on.
    tracestore::Result<void> setNormalisers(const std::vector<Normaliser>& normalisers);

    /// The step whose recorded outcome is that of a request; null where there is none.
    [[nodiscard]] RecordedStep* find(const Effect& effect);

    /// The step to show beside a request that was not found: the one of its name, else the next of
    /// its agent, kind and name. Null where there is none.
    [[nodiscard]] RecordedStep* nearest(const Effect& effect) const;

    /// Nobody gets its outcome any more.
    void use(RecordedStep& step);
    void use(const std::string& effect);

    /// Whether no outcome that is recorded earlier is left.
    [[nodiscard]] bool isFirst(const RecordedStep& step) const;

    [[nodiscard]] RecordedStep* named(const std::string& effect);

private:
    [[nodiscard]] bool
    isEqual(const RecordedStep& step, const Effect& effect, const tracestore::EffectWanted& now);

    std::vector<RunEventPtr> m_events;
    std::deque<RecordedStep> m_steps; ///< in the order of their intents
    std::unordered_map<std::string, RecordedStep*> m_byName;
    std::unordered_map<std::string, std::vector<RecordedStep*>> m_alike; ///< by agent, kind, name
    std::map<std::int64_t, const RecordedStep*> m_left; ///< outcomes, by event
    FactComparer m_comparer;
    RequestFingerprint m_fingerprints;
    NormaliserSet m_normalisers;
};

} // namespace engine
