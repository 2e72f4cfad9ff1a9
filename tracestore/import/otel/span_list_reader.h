#pragma once

#include "tracestore/import/importer.h"
#include "tracestore/import/otel/otel_payloads.h"
#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/reading/report_batch.h"

#include <functional>

namespace tracestore {

/// Imports files in which each object at the top, or in a list at the top, is a span that says all
/// about itself. What Importer::read promises holds.
Result<std::shared_ptr<const PayloadSource>> readSpanList(const std::vector<ImportFile>& files,
                                                          OtelPayloads::NewDecoder newDecoder,
                                                          TraceBuilder& builder,
                                                          Job& job);

/// Is given a record of a list: its place and its text.
using OnRecord = std::function<void(const RawRef& place, std::string_view json)>;

/// Walks over the records of a file: the objects at the top, in lists there (a list of lists too),
/// and in a list `data` of an object at the top, as programs answer a query. Tells `job` of
/// progress and ends early where that is cancelled; damage goes to the batch.
void forEachRecord(
    FileId file, std::string_view text, ReportBatch& batch, Job& job, const OnRecord& onRecord);

/// The keys of the first object at the top of a text, or in a list there; escapes as they are.
std::vector<std::string_view> firstKeysOf(std::string_view head);

/// The same of the object to which a path of keys leads; lists on the way are entered to their
/// first element.
std::vector<std::string_view> firstKeysOf(std::string_view head,
                                          std::initializer_list<std::string_view> path);

} // namespace tracestore
