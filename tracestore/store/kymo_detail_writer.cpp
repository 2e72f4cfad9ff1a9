#include "tracestore/store/kymo_detail_writer.h"

#include "tracestore/store/checked_row.h"
#include "tracestore/store/detail_codec.h"
#include "tracestore/store/kymo_row_writing.h"

namespace tracestore {
namespace {

    Result<void> withoutSum(Result<std::int64_t> inserted)
    {
        if (!inserted)
            return fail(std::move(inserted).error());
        return {};
    }

    /// Whether a failed payload says something of the record, and not of the file at this moment.
    bool isProblemOfRecord(ErrorCode code)
    {
        return code == ErrorCode::Corrupt || code == ErrorCode::Invalid
            || code == ErrorCode::Unsupported || code == ErrorCode::Limit;
    }

} // namespace

Result<std::unique_ptr<DetailWriter>> DetailWriter::begin(Database& database, const Trace& trace)
{
    auto payloads = PayloadWriter::begin(database);
    auto details = database.prepareInsert("span_detail", 18);
    auto raws = database.prepareInsert("span_raw", 7);
    if (!payloads || !details || !raws)
        return fail(ErrorCode::Io, "The tables of the file could not be made.");
    std::unique_ptr<DetailWriter> writer(
        new DetailWriter(trace, std::move(*payloads), std::move(*details), std::move(*raws)));
    auto messages = MessageWriter::begin(database, writer->m_payloads);
    if (!messages)
        return fail(std::move(messages).error());
    writer->m_messages.emplace(std::move(*messages));
    return writer;
}

DetailWriter::DetailWriter(const Trace& trace,
                           PayloadWriter payloads,
                           Statement insertDetail,
                           Statement insertRaw)
    : m_trace(trace)
    , m_payloads(std::move(payloads))
    , m_insertDetail(std::move(insertDetail))
    , m_insertRaw(std::move(insertRaw))
{ }

std::vector<std::pair<std::string, std::size_t>> DetailWriter::counts() const
{
    return {{"span_detail", m_details},
            {"span_raw", m_raws},
            {"message_list", static_cast<std::size_t>(m_messages->count())},
            {"payload", static_cast<std::size_t>(m_payloads.count())}};
}

Result<void> DetailWriter::write(SpanId span)
{
    m_detailProblem.clear();
    m_rawProblem.clear();
    const auto detail = m_trace.payloads().detail(span);
    const auto raw = m_trace.payloads().raw(span);
    for (const auto& [error, problem] :
         {std::pair(detail ? nullptr : &detail.error(), &m_detailProblem),
          std::pair(raw ? nullptr : &raw.error(), &m_rawProblem)}) {
        if (error == nullptr)
            continue;
        if (!isProblemOfRecord(error->code))
            return fail(*error);
        *problem = error->message;
    }
    const auto rawCount = writeRaw(span, raw ? *raw : std::string());
    if (!rawCount)
        return fail(rawCount.error());
    ++m_details;
    return insertDetail(span, detail ? *detail : SpanDetail(), *rawCount);
}

/// A row for each record of the source, which holds its text where the records can be told
/// apart; else the first row holds the texts of all. Gives the number of rows.
Result<std::int64_t> DetailWriter::writeRaw(SpanId span, std::string_view raw)
{
    const std::vector<RawRef> refs = m_trace.raw(span);
    std::uint64_t length = refs.empty() ? 0 : refs.size() - 1;
    for (const RawRef& ref : refs)
        length += ref.length;
    const bool isCut = length == raw.size() && m_rawProblem.empty();
    std::int64_t position = 0;
    for (const RawRef& ref : refs) {
        std::optional<std::string_view> record;
        if (isCut) {
            record = raw.substr(0, ref.length);
            raw.remove_prefix(std::min<std::size_t>(raw.size(), ref.length + 1));
        } else if (position == 0) {
            record = raw;
        }
        auto done = writeRawRow(span, position++, &ref, record);
        if (!done)
            return fail(std::move(done).error());
    }
    if (refs.empty() && !raw.empty()) {
        auto done = writeRawRow(span, position++, nullptr, raw);
        if (!done)
            return fail(std::move(done).error());
    }
    return position;
}

Result<void> DetailWriter::writeRawRow(SpanId span,
                                       std::int64_t position,
                                       const RawRef* ref,
                                       std::optional<std::string_view> record)
{
    std::optional<PayloadId> payload;
    if (record) {
        const auto put = m_payloads.put(*record);
        if (!put)
            return fail(put.error());
        payload = *put;
    }
    RowWriter row(m_insertRaw, "span_raw");
    row.integer(span.value).integer(position);
    if (ref == nullptr)
        row.integer({}).integer({}).integer({});
    else
        row.integer(columnOf(ref->file))
            .integer(static_cast<std::int64_t>(ref->offset))
            .integer(static_cast<std::int64_t>(ref->length));
    ++m_raws;
    return withoutSum(row.integer(payload).insert());
}

Result<void>
DetailWriter::insertDetail(SpanId span, const SpanDetail& detail, std::int64_t rawCount)
{
    const auto input = m_messages->put(detail.input);
    const auto output = m_messages->put(detail.output);
    if (!input || !output)
        return fail(input ? output.error() : input.error());
    RowWriter row(m_insertDetail, "span_detail");
    row.integer(span.value)
        .text(m_detailProblem)
        .text(m_rawProblem)
        .integer(rawCount)
        .text(toWord(detail.inputState))
        .integer(*input)
        .text(toWord(detail.outputState))
        .integer(*output);
    for (const std::string& content : {detail.toolArguments,
                                       detail.toolResult,
                                       detail.toolDescription,
                                       detail.toolDefinitions,
                                       encodeAttributes(detail.parameters),
                                       encodeTexts(detail.finishReasons),
                                       encodeAttributes(detail.attributes),
                                       encodeEvents(detail.events),
                                       detail.errorStack}) {
        const auto payload = m_payloads.putUnlessEmpty(content);
        if (!payload)
            return fail(payload.error());
        row.integer(*payload);
    }
    return withoutSum(row.insert());
}

} // namespace tracestore
