#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/store/trace_tables.h"

namespace tracestore {

/// Writes the payloads of spans, the tables span_detail and span_raw and all that they point to.
/// Fails where the database cannot be written. All that it is begun with outlives it.
class DetailWriter
{
public:
    static Result<std::unique_ptr<DetailWriter>>
    begin(Database& database, const Trace& trace, ContentWriter& contents);

    DetailWriter(const DetailWriter&) = delete;
    DetailWriter& operator=(const DetailWriter&) = delete;

    Result<void> write(SpanId span, const SpanContent& content);

    /// How many rows each table has got, by its name.
    [[nodiscard]] std::vector<std::pair<std::string, std::size_t>> counts() const;

private:
    DetailWriter(const Trace& trace,
                 ContentWriter& contents,
                 Statement insertDetail,
                 Statement insertRaw);

    Result<std::int64_t> writeRaw(SpanId span, const SpanContent& content);
    Result<void> writeRawRow(SpanId span,
                             std::int64_t position,
                             const RawRef* ref,
                             std::optional<std::string_view> record);
    Result<void> insertDetail(SpanId span, const SpanContent& content, std::int64_t rawCount);

    const Trace& m_trace;
    ContentWriter& m_contents;
    Statement m_insertDetail;
    Statement m_insertRaw;
    std::size_t m_details = 0;
    std::size_t m_raws = 0;
};

} // namespace tracestore
