#pragma once

#include "engine/breakpoint/fault_rule.h"
#include "engine/breakpoint/stop_point.h"
#include "tracestore/query/query.h"

#include <optional>
#include <vector>

namespace engine {

/// What a rule does to a step.
struct Fault
{
    FaultId rule = 0;
    FaultKind kind = FaultKind::Error;
    std::optional<Outcome> outcome; ///< nothing where the step only begins later
    tracestore::Duration delay;
};

/// Lets steps fail as rules say. Which steps a rule with a probability fails depends on its seed
/// and on how many fit before, and on nothing else. One thread.
class FaultInjector
{
public:
    /// Takes new rules. Those that are unchanged go on counting.
    void set(const std::vector<FaultRule>& rules);

    /// Whether a rule could fit any step.
    [[nodiscard]] bool isActive() const;

    /// Whether a rule that is on asks for StopPoint::state.
    [[nodiscard]] bool needsState() const;

    /// The fault of the first rule that fails this step, which is about to begin.
    [[nodiscard]] std::optional<Fault> faultOf(const StopPoint& point);

    [[nodiscard]] std::vector<FaultTally> tallies() const;

private:
    struct Entry
    {
        FaultRule rule;
        std::optional<tracestore::Query> condition;
        bool needsState = false;
        FaultTally tally;
    };

    [[nodiscard]] static bool fits(Entry& entry, const StopPoint& point);

    std::vector<Entry> m_entries;
};

} // namespace engine
