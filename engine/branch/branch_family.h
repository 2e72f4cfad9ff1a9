#pragma once

#include "engine/branch/branch_origin.h"
#include "tracestore/analysis/trace_stats.h"
#include "tracestore/base/job.h"
#include "tracestore/model/session.h"

#include <filesystem>
#include <map>
#include <vector>

namespace engine {

/// A recording of a family, as far as its file tells.
struct Branch
{
    std::filesystem::path file;
    std::string agent; ///< name of the run's agent
    std::string input; ///< what the user asked
    std::optional<BranchOrigin> origin; ///< nothing: the family began with it
    std::optional<std::size_t> parent; ///< its place in the family; nothing: none, or it is gone
    std::size_t depth = 0; ///< forks above it
    std::optional<tracestore::Timestamp> made; ///< when it was forked, or began
    std::optional<tracestore::Timestamp> parted; ///< of a fork: the time in the run
    bool isBeingWritten = false;
    bool isComplete = false; ///< its log was closed
    std::int64_t events = 0;
    tracestore::TraceTotals totals; ///< all of it
    tracestore::TraceTotals ownTotals; ///< behind the fork: what it cost besides its parent
    std::optional<tracestore::OutcomeStatus> outcome; ///< nothing: it has not answered
    std::string answer; ///< what it ended with; empty: nothing
};

/// All recordings of a family: a parent before its forks, those in the order in which they were
/// made.
struct BranchFamily
{
    std::string root; ///< see recordingKey()
    std::vector<Branch> branches;
    std::vector<std::string> problems; ///< recordings of the folder that cannot be read: sentences
};

/// What was read of files, so that those that have not changed are not read again. One thread at a
/// time.
class BranchCache
{
public:
    struct Entry
    {
        std::filesystem::file_time_type time;
        std::uintmax_t size = 0;
        std::string key; ///< of its first event; empty: it is no recording
        bool isCounted = false; ///< its totals are known
        Branch branch;
    };

    std::map<std::filesystem::path, Entry> files;
};

/// Reads the family of a recording: the recordings in its folder that were forked from the same, or
/// from forks of it. Fails where the recording itself cannot be read, and with Cancelled. Not on
/// the thread of a window.
tracestore::Result<BranchFamily>
readFamily(const std::filesystem::path& recording, BranchCache& cache, tracestore::Job& job);

} // namespace engine
