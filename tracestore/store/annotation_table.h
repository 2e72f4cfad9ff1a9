#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/annotation.h"
#include "tracestore/store/database.h"

namespace tracestore {

/// What was found in the table `annotation` of a .kymo file.
struct AnnotationRows
{
    std::vector<Annotation> annotations; ///< one of each key, removed ones too
    std::uint64_t damaged = 0; ///< rows that cannot be read
};

/// Reads them from a file that has that table. Damaged rows are left out and counted; fails with Io
/// and Cancelled.
Result<AnnotationRows> readAnnotationRows(Database& database, Job& job);

/// Writes annotations in place of those of their keys, in the transaction of the caller. Rows that
/// are as they should be, and damaged ones, are not touched.
Result<void> writeAnnotationRows(Database& database, const std::vector<Annotation>& annotations);

} // namespace tracestore
