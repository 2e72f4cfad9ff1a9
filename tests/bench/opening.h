#pragma once

#include "tracestore/column_cache.h"
#include "tracestore/open_trace.h"

namespace bench {

/// Opens a file as the program does. Ends the program where that fails.
tracestore::TracePtr openFile(const std::filesystem::path& path,
                              unsigned threads,
                              const tracestore::ColumnCache* cache = nullptr);

} // namespace bench
