#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"
#include "tracestore/store/database.h"

#include <filesystem>
#include <functional>

namespace tracestore {

/// Opens a .kymo file that was closed, whoever made it (see openRecording() for all): its columns
/// into memory, its payloads when they are asked for. The file is only read. Damaged records are
/// told in the trace's import report and the rest opens; a damaged span keeps its place, named
/// kDamagedName. Fails with Unsupported (not a .kymo file, a newer version, tables that are not
/// ours), Corrupt (nothing can be read), NotFound, Io, Cancelled. Progress is told in spans.
Result<TracePtr> openKymo(const std::filesystem::path& path, Job& job);

/// The tables of a .kymo file that were found to be ours, read-only. A file that a recording is
/// written to, or that was left so, is read with its journal into memory as it was last committed.
struct KymoTables
{
    Database database;
    std::uint32_t version = 0;
    std::uint64_t size = 0; ///< in bytes: nothing in it can be longer
};

/// Fails as openKymo() does.
Result<KymoTables> openCheckedTables(const std::filesystem::path& path);

/// Whether it is a recording that was not closed: there are events, but no spans yet.
[[nodiscard]] bool isUnfinished(KymoTables& tables);

/// Puts more around the payloads of a file that is opened.
using WrapPayloads
    = std::function<std::shared_ptr<const PayloadSource>(std::shared_ptr<const PayloadSource>)>;

/// The trace in such tables; `path` names the file.
Result<TracePtr> loadKymo(KymoTables tables,
                          const std::filesystem::path& path,
                          Job& job,
                          const WrapPayloads& wrap = {});

/// Opens the tables of a .kymo file for queries of users, read-only and checked as openKymo() does;
/// what is in them is not checked. Fails likewise.
Result<Database> openKymoTables(const std::filesystem::path& path);

/// The name of spans, sessions and agents of which nothing but the place is left.
inline constexpr const char* kDamagedName = "(damaged in the file)";

} // namespace tracestore
