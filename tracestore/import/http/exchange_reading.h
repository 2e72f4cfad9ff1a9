#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// Imports files that tell of calls of models. What Importer::read promises holds.
Result<std::shared_ptr<const PayloadSource>>
readExchanges(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job);

} // namespace tracestore
