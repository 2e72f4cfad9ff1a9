#pragma once

#include "engine/cli/output.h"
#include "tracestore/base/job.h"
#include "tracestore/store/database.h"

namespace engine::cli {

enum class SqlFormat
{
    Table, ///< for people: long values are cut, and say so
    Json, ///< an array of objects
    Csv ///< RFC 4180, a heading first
};

/// Steps through a statement and writes its rows as they come; ends early where nobody reads them.
/// Fails with Cancelled, or as Statement::step().
tracestore::Result<void> writeRows(Output& out,
                                   tracestore::Statement& statement,
                                   SqlFormat format,
                                   const tracestore::Job& job);

} // namespace engine::cli
