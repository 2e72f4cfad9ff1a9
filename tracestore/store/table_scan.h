#pragma once

#include "tracestore/base/job.h"
#include "tracestore/store/database.h"

#include <functional>

namespace tracestore {

/// Visits the rows of a table in the order of its first column, a number below `limit`. Where the
/// file is damaged, the rows that cannot be reached are left out and the scan goes on behind them.
/// Fails with Io and Cancelled.
struct TableScan
{
    std::string table;
    std::string key; ///< name of the first column
    std::int64_t limit = 0;

    Result<void>
    run(Database& database, Job& job, const std::function<void(const Statement&)>& visit) const;
};

} // namespace tracestore
