#pragma once

#include "tracestore/model/trace.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gui {

/// Which of the siblings before it a sibling follows on: a stretch of `ended`.
struct Predecessors
{
    std::uint32_t first = 0;
    std::uint32_t count = 0;

    bool operator==(const Predecessors&) const = default;
};

/// How siblings follow on each other.
struct SiblingOrder
{
    std::vector<std::uint32_t> ended; ///< places among the siblings, in the order of their ends
    std::vector<Predecessors> before; ///< for each sibling
};

/// Concludes from the times of siblings (which stand in order of start) which one waited for which:
/// one follows all that ended before it began and that nothing else has followed in between. So
/// overlapping siblings are parallel branches, and the next one joins them. Siblings without times
/// follow on the one before. O(n log n); the stretches hold O(n) places in all.
SiblingOrder orderSiblings(const tracestore::Trace& trace,
                           std::span<const tracestore::SpanId> siblings);

} // namespace gui
