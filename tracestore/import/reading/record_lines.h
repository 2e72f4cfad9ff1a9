#pragma once

#include "tracestore/import/importer.h"
#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/reading/json_lines.h"

#include <functional>

namespace tracestore {

/// A line of a JSONL file that holds an object.
struct RecordLine
{
    simdjson::dom::object object; ///< valid during the call
    std::string_view text;
    RawRef place;
    std::uint64_t number = 0; ///< 1-based
};

/// Goes over the lines of a file of JSON objects, in one pass. Lines that cannot be read, or hold
/// something else, go to the report and the rest is read on; the job is told of progress. For the
/// .cpp files of importers. Fails as ByteSource::load, or with Cancelled.
Result<void> readRecordLines(const ImportFile& file,
                             TraceBuilder& builder,
                             Job& job,
                             const std::function<void(const RecordLine&)>& onRecord);

/// Whether one of the first lines of a sample is an object that `isOwn` knows. A line that the
/// sample cuts cannot be parsed: see frontMembers().
bool anyRecord(const Sample& sample,
               const std::function<bool(const simdjson::dom::object&)>& isOwn);

/// The keys of the object at the front of a text, as far as it goes, with the values that are
/// texts, escapes as they are. For a first line that is longer than a sample.
std::vector<std::pair<std::string_view, std::string_view>> frontMembers(std::string_view text);

/// A row of the report about a record.
ReportRow rowOf(ReportSeverity severity,
                const RecordLine& line,
                std::string_view field,
                std::string_view message);

/// The instant under a key: a text (ISO-8601), or a number of milliseconds. Zero is no time.
std::optional<Timestamp> timeAt(const simdjson::dom::object& in, const char* key);

} // namespace tracestore
