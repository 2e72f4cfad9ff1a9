#pragma once

#include "tracestore/base/job.h"
#include "tracestore/recording/run_event.h"
#include "tracestore/store/kymo_extras.h"
#include "tracestore/store/trace_tables.h"

namespace tracestore {

/// The log of a run that is saved as a whole, as opposed to recorded.
struct SavedRun
{
    std::string name; ///< of the file that it came from, for the trace
    std::vector<RunEventPtr> events; ///< in order, from 1
    bool isClosed = true; ///< false: it was interrupted, and can be gone on with
};

/// Writes it as a recording, beside `path` first: on failure and on Cancelled nothing that was
/// there is lost.
Result<void> saveRecording(const SavedRun& run,
                           const KymoExtras& extras,
                           const std::filesystem::path& path,
                           Job& job);

/// The bytes of such a file, made in memory.
Result<std::string> recordingImage(const SavedRun& run, const KymoExtras& extras, Job& job);

/// Writes the tables that are derived from a log when it is closed, in the transaction of the
/// caller; `trace` is made of the log's events.
Result<void> writeDerivedTables(Database& database,
                                const Trace& trace,
                                ContentWriter& contents,
                                std::int64_t eventCount,
                                Job& job);

} // namespace tracestore
