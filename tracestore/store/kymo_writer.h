#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"
#include "tracestore/store/kymo_extras.h"

#include <filesystem>

namespace tracestore {

/// Saves a trace with all its payloads as a .kymo file. It is written beside under a temporary
/// name and takes its own when it is whole and on the disk: on failure and on Cancelled nothing
/// that was there is lost. Denied: the file is one that the trace was imported from. Progress is
/// told in spans. Any thread; not the GUI's, since it reads and packs every payload.
Result<void> saveKymo(const Trace& trace, const std::filesystem::path& path, Job& job);

/// Likewise with notes and the members of a bundle.
Result<void>
saveKymo(const Trace& trace, const KymoExtras& extras, const std::filesystem::path& path, Job& job);

} // namespace tracestore
