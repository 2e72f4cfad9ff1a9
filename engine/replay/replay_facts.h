#pragma once

#include "tracestore/recording/run_event.h"

namespace engine {

/// The policy of facts in which a replay notes how it was made: its policy, and what its user
/// decided about a step. They are no part of what the run is.
inline constexpr std::string_view kReplayPolicy = "replay";

/// The policy of the fact in which a run notes which tools a server offered, in the order in which
/// it did, so that a replay needs no server.
inline constexpr std::string_view kToolServerPolicy = "tool_server";

/// Whether a fact is about how a run was driven, and need not come again when it is replayed.
inline bool isReplayFact(const tracestore::RunFact& fact)
{
    const auto* decision = std::get_if<tracestore::DecisionMade>(&fact);
    return decision != nullptr
        && (decision->policy == kReplayPolicy || decision->policy == kToolServerPolicy);
}

} // namespace engine
