#pragma once

#include <cstdint>
#include <string>

namespace engine {

/// Names a watch in its list. Counts from 1.
using WatchId = std::uint32_t;

/// An expression that is evaluated at every stop: a value (`args.amount`, `state.plan[1].status`,
/// `cost.session`) or a query, which is true or false.
struct Watch
{
    WatchId id = 0;
    std::string expression;
    std::string agent; ///< whose; empty: of the step at which one stops

    bool operator==(const Watch&) const = default;
};

/// What a watch shows.
struct WatchValue
{
    WatchId id = 0;
    std::string value; ///< JSON; empty where nothing is known
    std::string problem; ///< why it cannot be evaluated; else empty
    std::string before; ///< JSON: the value before the last change; empty: it never changed
    /// Number of the event at which it last changed, in a recording its position + 1; 0: never.
    std::int64_t changedAt = 0;
    std::string changedStep; ///< the effect or agent of that event
    bool isNew = false; ///< has changed since the last stop

    bool operator==(const WatchValue&) const = default;
};

} // namespace engine
