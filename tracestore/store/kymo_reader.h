#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"
#include "tracestore/store/database.h"

#include <filesystem>

namespace tracestore {

/// Opens a .kymo file, whoever made it: its columns into memory, its payloads when they are asked
/// for. The file is only read. Damaged records are told in the trace's import report and the rest
/// opens; a damaged span keeps its place, named kDamagedName. Fails with Unsupported (not a .kymo
/// file, a newer version, tables that are not ours), Corrupt (nothing can be read), NotFound, Io,
/// Cancelled. Progress is told in spans.
Result<TracePtr> openKymo(const std::filesystem::path& path, Job& job);

/// Opens the tables of a .kymo file for queries of users, read-only and checked as openKymo() does;
/// what is in them is not checked. Fails likewise.
Result<Database> openKymoTables(const std::filesystem::path& path);

/// The name of spans, sessions and agents of which nothing but the place is left.
inline constexpr const char* kDamagedName = "(damaged in the file)";

} // namespace tracestore
