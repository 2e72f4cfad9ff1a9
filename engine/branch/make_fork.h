#pragma once

#include "engine/branch/branch_origin.h"
#include "tracestore/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace engine {

/// A change with which a branch begins: `request.args.amount`, `request.messages[3].text`,
/// `outcome.result` (paths as in engine/run/step_form.h), `state.plan[1].status`, `state`.
struct ForkEdit
{
    std::string path;
    std::string value; ///< JSON

    bool operator==(const ForkEdit&) const = default;
};

/// What to fork, and where.
struct ForkOrder
{
    std::filesystem::path recording;
    std::string effect; ///< an attempt or a call; empty: behind `upTo`
    std::int64_t upTo = 0; ///< event; 0: behind all that is recorded
    std::vector<ForkEdit> edits; ///< all of the request, all of the outcome, or all of the state
    std::string name; ///< short: becomes a part of the file's name
    std::string note;
    std::string expected;
};

struct Fork
{
    std::filesystem::path file; ///< a recording that was not closed: its run can go on
    BranchOrigin origin;
};

/// A file for a branch that is not there yet: `run.NAME.kymo` beside `run.kymo`.
std::filesystem::path forkFile(const std::filesystem::path& recording, const std::string& name);

/// Makes a branch beside its parent, which is only read: before a step, before its outcome where
/// that is changed, before the first step of the turn where the agent's state is changed. Edits are
/// events of the branch, as if a user had made them at a stop. `now` is when it is made.
///
/// NotFound: there is no such step. Invalid: an edit makes no sense there. Else fails as
/// forkRecording() does. Reads and writes files: not on the engine's thread.
tracestore::Result<Fork> makeFork(const ForkOrder& order, tracestore::Timestamp now);

} // namespace engine
