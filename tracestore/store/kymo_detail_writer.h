#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/store/message_store.h"

namespace tracestore {

/// Writes the payloads of spans, the tables span_detail and span_raw and all that they point to.
/// A payload that cannot be read is written as the sentence that says why; fails only where that
/// is for a reason of the moment (the file has gone), or the database cannot be written. Trace and
/// database outlive this.
class DetailWriter
{
public:
    static Result<std::unique_ptr<DetailWriter>> begin(Database& database, const Trace& trace);

    DetailWriter(const DetailWriter&) = delete;
    DetailWriter& operator=(const DetailWriter&) = delete;

    Result<void> write(SpanId span);

    /// How many rows each table has got, by its name.
    [[nodiscard]] std::vector<std::pair<std::string, std::size_t>> counts() const;

private:
    DetailWriter(const Trace& trace,
                 PayloadWriter payloads,
                 Statement insertDetail,
                 Statement insertRaw);

    Result<std::int64_t> writeRaw(SpanId span, std::string_view raw);
    Result<void> writeRawRow(SpanId span,
                             std::int64_t position,
                             const RawRef* ref,
                             std::optional<std::string_view> record);
    Result<void> insertDetail(SpanId span, const SpanDetail& detail, std::int64_t rawCount);

    const Trace& m_trace;
    PayloadWriter m_payloads;
    std::optional<MessageWriter> m_messages; ///< there once begun; writes through m_payloads
    Statement m_insertDetail;
    Statement m_insertRaw;
    std::size_t m_details = 0;
    std::size_t m_raws = 0;
    std::string m_detailProblem;
    std::string m_rawProblem;
};

} // namespace tracestore
