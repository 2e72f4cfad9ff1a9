#pragma once

#include "tracestore/base/job.h"
#include "tracestore/recording/run_event.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace engine {

/// A call of which nobody knows whether it was done.
struct DoubtfulCall
{
    std::string effect; ///< its name in the recording
    std::string name; ///< of the tool or model
    std::string arguments; ///< JSON; empty for a model
    bool isLasting = false; ///< it writes or reaches outside: doing it again is no small thing

    bool operator==(const DoubtfulCall&) const = default;
};

/// What a run left behind that was cut off.
struct InterruptedRun
{
    std::string agent;
    std::int64_t events = 0; ///< that were saved
    std::vector<DoubtfulCall> inDoubt; ///< in the order in which they were started
};

/// Looks whether a file is the recording of a run that was cut off; nothing where it is none, where
/// the run came to its end, and where a program is writing it. Reads all of such a recording, and
/// next to nothing of any other file. Any thread.
std::optional<InterruptedRun> findInterruptedRun(const std::filesystem::path& file,
                                                 tracestore::Job& job);

} // namespace engine
