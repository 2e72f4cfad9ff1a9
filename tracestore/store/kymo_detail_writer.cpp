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

} // namespace

Result<std::unique_ptr<DetailWriter>>
DetailWriter::begin(Database& database, const Trace& trace, ContentWriter& contents)
{
    auto details = database.prepareInsert("span_detail", 18);
    auto raws = database.prepareInsert("span_raw", 7);
    if (!details || !raws)
        return fail(ErrorCode::Io, "The tables of the file could not be made.");
    return std::unique_ptr<DetailWriter>(
        new DetailWriter(trace, contents, std::move(*details), std::move(*raws)));
}

DetailWriter::DetailWriter(const Trace& trace,
                           ContentWriter& contents,
                           Statement insertDetail,
                           Statement insertRaw)
    : m_trace(trace)
    , m_contents(contents)
    , m_insertDetail(std::move(insertDetail))
    , m_insertRaw(std::move(insertRaw))
{ }

std::vector<std::pair<std::string, std::size_t>> DetailWriter::counts() const
{
    return {{"span_detail", m_details},
            {"span_raw", m_raws},
            {"message_list", static_cast<std::size_t>(m_contents.messages().count())},
            {"payload", static_cast<std::size_t>(m_contents.payloads().count())}};
}

Result<void> DetailWriter::write(SpanId span, const SpanContent& content)
{
    const auto rawCount = writeRaw(span, content);
    if (!rawCount)
        return fail(rawCount.error());
    ++m_details;
    return insertDetail(span, content, *rawCount);
}

/// A row for each record of the source, which holds its text where the records can be told
/// apart; else the first row holds the texts of all. Gives the number of rows.
Result<std::int64_t> DetailWriter::writeRaw(SpanId span, const SpanContent& content)
{
    std::string_view raw = content.raw;
    const std::vector<RawRef> refs = m_trace.raw(span);
    std::uint64_t length = refs.empty() ? 0 : refs.size() - 1;
    for (const RawRef& ref : refs)
        length += ref.length;
    const bool isCut = length == raw.size() && content.rawProblem.empty();
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
        const auto put = m_contents.payloads().put(*record);
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
DetailWriter::insertDetail(SpanId span, const SpanContent& content, std::int64_t rawCount)
{
    const SpanDetail& detail = content.detail;
    MessageWriter& messages = m_contents.messages();
    const auto input
        = content.input.isEmpty() ? messages.put(detail.input) : messages.put(content.input);
    const auto output = messages.put(detail.output);
    if (!input || !output)
        return fail(input ? output.error() : input.error());
    RowWriter row(m_insertDetail, "span_detail");
    row.integer(span.value)
        .text(content.detailProblem)
        .text(content.rawProblem)
        .integer(rawCount)
        .text(toWord(detail.inputState))
        .integer(*input)
        .text(toWord(detail.outputState))
        .integer(*output);
    for (const std::string& text : {detail.toolArguments,
                                    detail.toolResult,
                                    detail.toolDescription,
                                    detail.toolDefinitions,
                                    encodeAttributes(detail.parameters),
                                    encodeTexts(detail.finishReasons),
                                    encodeAttributes(detail.attributes),
                                    encodeEvents(detail.events),
                                    detail.errorStack}) {
        const auto payload = m_contents.payloads().putUnlessEmpty(text);
        if (!payload)
            return fail(payload.error());
        row.integer(*payload);
    }
    return withoutSum(row.insert());
}

} // namespace tracestore
