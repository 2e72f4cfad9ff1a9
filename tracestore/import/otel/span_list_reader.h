#pragma once

#include "tracestore/import/importer.h"
#include "tracestore/import/otel/otel_payloads.h"

namespace tracestore {

/// Imports files in which each object at the top, or in a list at the top, is a span that says all
/// about itself. What Importer::read promises holds.
Result<std::shared_ptr<const PayloadSource>> readSpanList(const std::vector<ImportFile>& files,
                                                          OtelPayloads::NewDecoder newDecoder,
                                                          TraceBuilder& builder,
                                                          Job& job);

/// The keys of the first object at the top of a text, or in a list there; escapes as they are.
std::vector<std::string_view> firstKeysOf(std::string_view head);

} // namespace tracestore
