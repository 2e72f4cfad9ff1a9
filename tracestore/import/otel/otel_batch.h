#pragma once

#include "tracestore/import/otel/otel_row.h"

#include <string>
#include <vector>

namespace tracestore {

/// Spans that one thread has read of a stretch of a file, to be taken by an OtelAssembly on
/// another. Ids of texts and scopes are those of the batch.
struct OtelBatch
{
    /// A library within a process, as the JSON that the file holds of both.
    struct Scope
    {
        std::string resourceJson;
        std::string scopeJson;
        OtelScope scope; ///< without its resource

        bool operator==(const Scope& other) const
        {
            return resourceJson == other.resourceJson && scopeJson == other.scopeJson;
        }
    };

    /// Lines that only the patient way can read, and how many rows come before.
    struct HardLines
    {
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
        std::size_t rowsBefore = 0;
    };

    StringPool strings;
    std::vector<Scope> scopes;
    std::vector<OtelRow> rows;
    std::vector<HardLines> hardLines;
    std::vector<std::size_t> repaired; ///< rows of records that were put right

    void clear()
    {
        strings.clear();
        scopes.clear();
        rows.clear();
        hardLines.clear();
        repaired.clear();
    }
};

} // namespace tracestore
