#pragma once

#include "tracestore/recording/run_event.h"

#include <optional>
#include <string>

namespace engine {

/// Where a branch comes from and why, as a fact of its own log: policy `debugger`, action `branch`,
/// so that whoever goes on with a recording passes over it.
struct BranchOrigin
{
    std::string parent; ///< file name of the recording that it was forked from; both lie together
    std::string root; ///< recordingKey() of the recording with which the family began
    std::int64_t upTo = 0; ///< the last event that both share; 0: done again from the start
    std::string step; ///< the effect before or at which they part; empty: behind all of it
    std::string change; ///< what was changed there, a sentence for people; empty: nothing
    std::string note; ///< why, in the words of the user
    std::string expected; ///< what he expects of it
    tracestore::Timestamp made; ///< when it was made; 0: at the time of the fact

    bool operator==(const BranchOrigin&) const = default;
};

tracestore::DecisionMade toFact(const BranchOrigin& origin);

/// Nothing where the fact is none of these.
std::optional<BranchOrigin> branchOriginOf(const tracestore::RunFact& fact);

/// The same of the details of such a decision, as a trace shows them.
std::optional<BranchOrigin> branchOriginOf(const std::string& details);

/// Names a recording by its first event: all its forks have the same.
std::string recordingKey(const tracestore::RunEvent& first);

/// The action of such facts.
inline constexpr const char* kBranchAction = "branch";

} // namespace engine
