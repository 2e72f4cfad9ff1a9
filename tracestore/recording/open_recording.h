#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"

#include <filesystem>

namespace tracestore {

/// Opens a .kymo file as openKymo() does, and also one of which the log was not closed: its spans
/// are made of its events then, and all is in memory. The report says whether it is being written
/// just now or was interrupted, which effects are in doubt, and what is damaged. The file is only
/// read.
Result<TracePtr> openRecording(const std::filesystem::path& path, Job& job);

/// A trace with a note for each effect of which nobody knows whether it was done.
TracePtr withDoubts(const Trace& trace, const std::vector<std::string>& inDoubt);

} // namespace tracestore
