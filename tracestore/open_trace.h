#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

class ColumnCache;
class PriceTable;

/// What to open and how.
struct OpenRequest
{
    /// Files or folders; `-` is standard input. Several are opened as one trace if one format can
    /// read them all. A folder stands for the files below it.
    std::vector<std::filesystem::path> paths;

    /// Also open the files that belong to the named ones: a session's sub-agents. Where not, the
    /// report says that there are some.
    bool withCompanions = false;

    /// To compute costs that the source does not state; null: none is computed.
    const PriceTable* prices = nullptr;

    /// Threads to read large files on; null: the caller's alone.
    Executor* executor = nullptr;

    /// Where columns of large files are kept for the next opening; null: nowhere.
    const ColumnCache* cache = nullptr;
};

/// Opens a trace of any format that is registered, or a .kymo file. Fails with a sentence for the
/// user that says why, and for an unknown format what can be opened. The files are only read.
Result<TracePtr> openTrace(const OpenRequest& request, const ImporterRegistry& importers, Job& job);

} // namespace tracestore
