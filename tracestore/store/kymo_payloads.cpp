#include "tracestore/store/kymo_payloads.h"

#include "tracestore/store/checked_row.h"
#include "tracestore/store/detail_codec.h"

namespace tracestore {
namespace {

    /// In the order of the columns from tool_arguments on.
    enum Content : std::size_t
    {
        Arguments,
        ToolResult,
        Description,
        Definitions,
        Parameters,
        FinishReasons,
        Attributes,
        Events,
        Stack,
        ContentCount
    };

    Failure failRow(SpanId span, std::string_view what)
    {
        return fail(ErrorCode::Corrupt,
                    "The record of the " + std::string(what) + " of span "
                        + std::to_string(span.value) + " is missing or damaged.");
    }

} // namespace

/// A row of span_detail; problems are those of the time when it was saved.
struct KymoPayloads::Row
{
    std::optional<std::string> detailProblem;
    std::optional<std::string> rawProblem;
    std::int64_t rawCount = 0;
    ContentState inputState = ContentState::Absent;
    MessageListId input;
    ContentState outputState = ContentState::Absent;
    MessageListId output;
    std::array<std::optional<PayloadId>, ContentCount> contents;
};

/// Lists of messages share their beginnings in the file, so they are fetched as chains. What large
/// calls have in common, the tools they offer, is kept too.
class KymoPayloads::Walk : public PayloadWalk
{
public:
    Walk(const KymoPayloads& payloads, std::optional<MessageReader> messages)
        : m_payloads(payloads)
        , m_messages(std::move(messages))
    { }

    Walk(const Walk&) = delete;
    Walk& operator=(const Walk&) = delete;

    ~Walk() override
    {
        // Its statement is one of the connection that others use.
        const std::lock_guard lock(m_payloads.m_mutex);
        m_messages.reset();
    }

    Result<StepContent> read(SpanId span) override
    {
        const std::lock_guard lock(m_payloads.m_mutex);
        const auto row = m_payloads.soundRow(span);
        if (!row)
            return fail(row.error());
        auto content = fetch(*row);
        if (!content)
            return fail(std::move(content)
                            .error()
                            .in("span " + std::to_string(span.value))
                            .in(m_payloads.m_name));
        return content;
    }

private:
    Result<StepContent> fetch(const Row& row)
    {
        StepContent content;
        SpanDetail& rest = content.rest;
        if (row.contents[Definitions] != m_definitionsId) {
            auto definitions = m_payloads.m_payloads->fetch(row.contents[Definitions]);
            if (!definitions)
                return fail(std::move(definitions).error());
            m_definitions = std::move(*definitions);
            m_definitionsId = row.contents[Definitions];
        }
        rest.toolDefinitions = m_definitions;
        std::string parameters;
        for (auto [column, to] : {std::pair(Arguments, &rest.toolArguments),
                                  std::pair(ToolResult, &rest.toolResult),
                                  std::pair(Description, &rest.toolDescription),
                                  std::pair(Parameters, &parameters)}) {
            auto text = m_payloads.m_payloads->fetch(row.contents.at(column));
            if (!text)
                return fail(std::move(text).error());
            *to = std::move(*text);
        }
        auto decoded = decodeAttributes(parameters);
        if (!decoded)
            return fail(std::move(decoded).error());
        rest.parameters = std::move(*decoded);
        return withMessages(row, std::move(content));
    }

    Result<StepContent> withMessages(const Row& row, StepContent content)
    {
        if (!m_messages)
            return fail(ErrorCode::Corrupt, "The messages cannot be read.");
        auto input = m_messages->fetchChain(row.input);
        if (!input)
            return fail(std::move(input).error());
        auto output = m_payloads.m_messages->fetch(row.output);
        if (!output)
            return fail(std::move(output).error());
        content.input = std::move(*input);
        content.rest.output = std::move(*output);
        content.rest.inputState = row.inputState;
        content.rest.outputState = row.outputState;
        return content;
    }

    const KymoPayloads& m_payloads;
    std::optional<MessageReader> m_messages;
    std::optional<PayloadId> m_definitionsId;
    std::string m_definitions;
};

std::unique_ptr<PayloadWalk> KymoPayloads::walk() const
{
    const std::lock_guard lock(m_mutex);
    auto messages = MessageReader::begin(m_database, *m_payloads);
    return std::make_unique<Walk>(*this,
                                  messages ? std::optional(std::move(*messages)) : std::nullopt);
}

Result<std::shared_ptr<const KymoPayloads>> KymoPayloads::begin(Database database, std::string name)
{
    std::shared_ptr<KymoPayloads> payloads(new KymoPayloads(std::move(database), std::move(name)));
    auto prepared = payloads->prepare();
    if (!prepared)
        return fail(std::move(prepared).error());
    return std::shared_ptr<const KymoPayloads>(std::move(payloads));
}

Result<void> KymoPayloads::prepare()
{
    auto details = m_database.prepare("SELECT * FROM span_detail WHERE span = ?");
    auto raws = m_database.prepare("SELECT * FROM span_raw WHERE span = ? ORDER BY position");
    auto payloads = PayloadReader::begin(m_database);
    if (!details || !raws || !payloads)
        return fail(ErrorCode::Corrupt, m_name + " is damaged: its tables cannot be read.");
    m_selectDetail.emplace(std::move(*details));
    m_selectRaw.emplace(std::move(*raws));
    m_payloads.emplace(std::move(*payloads));
    auto messages = MessageReader::begin(m_database, *m_payloads);
    if (!messages)
        return fail(std::move(messages).error());
    m_messages.emplace(std::move(*messages));
    return {};
}

Result<SpanDetail> KymoPayloads::detail(SpanId span) const
{
    const std::lock_guard lock(m_mutex);
    const auto row = soundRow(span);
    if (!row)
        return fail(row.error());
    auto detail = fetch(*row);
    if (!detail)
        return fail(std::move(detail).error().in("span " + std::to_string(span.value)).in(m_name));
    return detail;
}

Result<std::string> KymoPayloads::raw(SpanId span) const
{
    const std::lock_guard lock(m_mutex);
    const auto row = this->row(span);
    if (!row)
        return fail(Error(row.error()).in(m_name));
    if (row->rawProblem)
        return fail(Error {ErrorCode::Corrupt, *row->rawProblem, m_name});
    auto records = fetchRaw(span, row->rawCount);
    if (!records)
        return fail(std::move(records).error().in("span " + std::to_string(span.value)).in(m_name));
    return records;
}

/// The row of a span whose details could be saved.
Result<KymoPayloads::Row> KymoPayloads::soundRow(SpanId span) const
{
    auto row = this->row(span);
    if (!row)
        return fail(std::move(row).error().in(m_name));
    if (row->detailProblem)
        return fail(Error {ErrorCode::Corrupt, *row->detailProblem, m_name});
    return row;
}

Result<KymoPayloads::Row> KymoPayloads::row(SpanId span) const
{
    Statement& select = *m_selectDetail;
    select.reset();
    select.bind(0, std::int64_t {span.value});
    const auto found = select.step();
    if (!found && found.error().code != ErrorCode::Corrupt)
        return fail(found.error());
    if (!found || !*found)
        return failRow(span, "details");
    RowReader reader(select, "span_detail");
    const bool isOfSpan = reader.integer() == span.value;
    Row row;
    row.detailProblem = reader.optionalText();
    row.rawProblem = reader.optionalText();
    row.rawCount = reader.integer();
    const auto inputState = fromWord<ContentState>(reader.text());
    row.input = reader.optionalInteger();
    const auto outputState = fromWord<ContentState>(reader.text());
    row.output = reader.optionalInteger();
    for (auto& content : row.contents)
        content = reader.optionalInteger();
    if (!reader.isIntact() || !isOfSpan || !inputState || !outputState)
        return failRow(span, "details");
    row.inputState = *inputState;
    row.outputState = *outputState;
    select.reset();
    return row;
}

Result<SpanDetail> KymoPayloads::fetch(const Row& row) const
{
    std::array<std::string, ContentCount> contents;
    for (std::size_t i = 0; i < contents.size(); ++i) {
        auto content = m_payloads->fetch(row.contents.at(i));
        if (!content)
            return fail(std::move(content).error());
        contents.at(i) = std::move(*content);
    }
    auto input = m_messages->fetch(row.input);
    auto output = m_messages->fetch(row.output);
    auto parameters = decodeAttributes(contents[Parameters]);
    auto attributes = decodeAttributes(contents[Attributes]);
    auto finishReasons = decodeTexts(contents[FinishReasons]);
    auto events = decodeEvents(contents[Events]);
    for (const Error* error : {input ? nullptr : &input.error(),
                               output ? nullptr : &output.error(),
                               parameters ? nullptr : &parameters.error(),
                               attributes ? nullptr : &attributes.error(),
                               finishReasons ? nullptr : &finishReasons.error(),
                               events ? nullptr : &events.error()}) {
        if (error != nullptr)
            return fail(*error);
    }
    return SpanDetail {.input = std::move(*input),
                       .inputState = row.inputState,
                       .output = std::move(*output),
                       .outputState = row.outputState,
                       .toolArguments = std::move(contents[Arguments]),
                       .toolResult = std::move(contents[ToolResult]),
                       .toolDescription = std::move(contents[Description]),
                       .parameters = std::move(*parameters),
                       .toolDefinitions = std::move(contents[Definitions]),
                       .finishReasons = std::move(*finishReasons),
                       .attributes = std::move(*attributes),
                       .events = std::move(*events),
                       .errorStack = std::move(contents[Stack])};
}

Result<std::string> KymoPayloads::fetchRaw(SpanId span, std::int64_t count) const
{
    Statement& select = *m_selectRaw;
    select.reset();
    select.bind(0, std::int64_t {span.value});
    std::string records;
    std::int64_t position = 0;
    for (;; ++position) {
        const auto found = select.step();
        if (!found && found.error().code != ErrorCode::Corrupt)
            return fail(found.error());
        if (!found)
            return failRow(span, "raw text");
        if (!*found)
            break;
        RowReader reader(select, "span_raw");
        const bool isNext = reader.integer() == span.value && reader.integer() == position;
        for (int unused = 0; unused < 3; ++unused)
            static_cast<void>(reader.optionalInteger());
        const auto payload = reader.optionalInteger();
        if (!isNext || !reader.isIntact())
            return failRow(span, "raw text");
        const auto record = m_payloads->fetch(payload);
        if (!record)
            return record;
        if (payload && position > 0)
            records += '\n';
        records += *record;
        if (records.size() > kMaxContent)
            return fail(ErrorCode::Limit, "The raw text is longer than 1 GiB.");
    }
    select.reset();
    if (position != count)
        return failRow(span, "raw text");
    return records;
}

} // namespace tracestore
