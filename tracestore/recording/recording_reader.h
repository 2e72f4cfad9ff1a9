#pragma once

#include "tracestore/base/job.h"
#include "tracestore/recording/run_event.h"

#include <filesystem>
#include <unordered_map>

namespace tracestore {

/// The log of a run as it was read from a file.
struct RunRecording
{
    std::vector<RunEvent> events; ///< in order; the inputs of model calls share their beginnings
    bool isComplete = false; ///< it was closed
    std::vector<std::string> inDoubt; ///< calls of models and tools without an outcome
    std::uint64_t damaged = 0; ///< events that are lost, or have lost their input
    std::string damage; ///< what is wrong with the first
};

/// Reads the events of a recording, complete or not, also while it is written. Invalid: a .kymo
/// file without events. Else fails as openKymo() does.
Result<RunRecording> readRecording(const std::filesystem::path& path, Job& job);

Result<RunRecording> readRecording(const std::filesystem::path& path);

/// Finds the effects of a log of which nobody knows whether they were done.
class DoubtFinder
{
public:
    void add(const RunEvent& event);

    /// In the order in which they were started.
    [[nodiscard]] std::vector<std::string> inDoubt() const;

private:
    std::unordered_map<std::string, std::int64_t> m_open; ///< with the numbers of their intents
};

} // namespace tracestore
