#include "tracestore/recording/event_table.h"

#include "tracestore/base/json_io.h"
#include "tracestore/recording/run_event_json.h"
#include "tracestore/store/sum_chain.h"
#include "tracestore/store/table_scan.h"

namespace tracestore {
namespace {

    const std::string kEventTable = "event";
    constexpr int kEventColumns = 8;

    /// A row as it stands in the table.
    struct EventRow
    {
        RunEvent event;
        std::string type;
        MessageListId input;
        PayloadId body = 0;
    };

    EventRow readEventRow(RowReader& reader)
    {
        EventRow row;
        row.event.number = reader.integer();
        row.event.time = Timestamp {reader.integer()};
        row.type = reader.text();
        row.event.agent = reader.text();
        row.event.effect = reader.text();
        row.input = reader.optionalInteger();
        row.body = reader.integer();
        return row;
    }

    Result<RunFact> factOf(const EventRow& row, PayloadReader& payloads)
    {
        const auto body = payloads.fetch(row.body);
        if (!body)
            return fail(body.error());
        return factFromJson(row.type, *body);
    }

    class EventReading
    {
    public:
        EventReading(PayloadReader& payloads,
                     MessageReader& messages,
                     const std::function<void(RunEvent)>& visit)
            : m_payloads(payloads)
            , m_messages(messages)
            , m_visit(visit)
        { }

        void take(const Statement& statement)
        {
            RowReader reader(statement, kEventTable);
            EventRow row = readEventRow(reader);
            if (!m_chain.takesRow(reader)) {
                ++m_unplaced;
                return note("A row is damaged.");
            }
            if (row.event.number <= m_table.last)
                return note("A number is out of order.");
            // A damaged row is told already when the gap that it leaves is found.
            const auto gap = static_cast<std::uint64_t>(row.event.number - m_table.last - 1);
            if (gap > m_unplaced)
                note("Rows are missing.", gap - m_unplaced);
            m_unplaced = 0;
            m_table.last = row.event.number;
            deliver(std::move(row));
        }

        EventTable finish()
        {
            m_table.sum = m_chain.last();
            return m_table;
        }

    private:
        void deliver(EventRow row)
        {
            auto fact = factOf(row, m_payloads);
            if (!fact)
                return note(fact.error().message);
            row.event.fact = std::move(*fact);
            if (auto* wanted = std::get_if<EffectWanted>(&row.event.fact)) {
                auto input = m_messages.fetchChain(row.input);
                if (input)
                    wanted->input = std::move(*input);
                else
                    note(input.error().message);
            }
            m_visit(std::move(row.event));
        }

        void note(const std::string& damage, std::uint64_t rows = 1)
        {
            if (m_table.damage.empty())
                m_table.damage = damage;
            m_table.damaged += rows;
        }

        PayloadReader& m_payloads;
        MessageReader& m_messages;
        const std::function<void(RunEvent)>& m_visit;
        SumChain m_chain;
        EventTable m_table;
        std::uint64_t m_unplaced = 0; ///< damaged rows since the last good one
    };

} // namespace

Result<EventWriter>
EventWriter::begin(Database& database, ContentWriter& contents, std::int64_t last, std::int64_t sum)
{
    auto insert = database.prepareInsert(kEventTable, kEventColumns);
    if (!insert)
        return fail(std::move(insert).error());
    return EventWriter(std::move(*insert), contents, last, sum);
}

Result<void> EventWriter::write(const RunEvent& event)
{
    if (event.number != m_last + 1)
        return fail(ErrorCode::Invalid,
                    "Event " + std::to_string(event.number) + " does not follow on event "
                        + std::to_string(m_last) + ".");
    const std::string text = toJson(event.fact);
    if (text.size() > JsonLimits().bytes)
        return fail(ErrorCode::Limit, "An event is longer than 256 MB and cannot be kept.");
    const auto body = m_contents->payloads().put(text);
    if (!body)
        return fail(body.error());
    MessageListId input;
    if (const auto* wanted = std::get_if<EffectWanted>(&event.fact)) {
        const auto list = m_contents->messages().put(wanted->input);
        if (!list)
            return fail(list.error());
        input = *list;
    }
    const auto sum = RowWriter(m_insert, kEventTable)
                         .integer(event.number)
                         .integer(event.time.ns)
                         .text(typeWord(event.fact))
                         .text(event.agent)
                         .text(event.effect)
                         .integer(input)
                         .integer(*body)
                         .insert(m_sum);
    if (!sum)
        return fail(sum.error());
    m_sum = *sum;
    m_last = event.number;
    return {};
}

Result<EventTable> readEvents(Database& database,
                              std::uint64_t limit,
                              Job& job,
                              const std::function<void(RunEvent)>& visit)
{
    auto payloads = PayloadReader::begin(database);
    if (!payloads)
        return fail(std::move(payloads).error());
    auto messages = MessageReader::begin(database, *payloads);
    if (!messages)
        return fail(std::move(messages).error());
    EventReading reading(*payloads, *messages, visit);
    const TableScan scan {kEventTable, "number", static_cast<std::int64_t>(limit)};
    auto done
        = scan.run(database, job, [&](const Statement& statement) { reading.take(statement); });
    if (!done)
        return fail(std::move(done).error());
    return reading.finish();
}

Result<std::vector<RunEvent>> readEvents(Database& database, const EventChoice& choice)
{
    auto payloads = PayloadReader::begin(database);
    if (!payloads)
        return fail(std::move(payloads).error());
    auto messages = MessageReader::begin(database, *payloads);
    if (!messages)
        return fail(std::move(messages).error());
    auto select = database.prepare(
        "SELECT * FROM event WHERE number BETWEEN ?1 AND ?2 AND (?3 = '' OR agent = ?3) "
        "AND (?4 = '' OR type = ?4) AND (?5 = 0 OR agent IS NULL) ORDER BY number");
    if (!select)
        return fail(std::move(select).error());
    select->bind(0, choice.from);
    select->bind(1, choice.to);
    select->bindText(2, choice.agent);
    select->bindText(3, choice.type);
    select->bind(4, std::int64_t {choice.isOfRun});
    std::vector<RunEvent> events;
    for (;;) {
        const auto found = select->step();
        if (!found)
            return fail(found.error());
        if (!*found)
            return events;
        RowReader reader(*select, kEventTable);
        EventRow row = readEventRow(reader);
        auto fact = factOf(row, *payloads);
        if (!fact)
            return fail(std::move(fact).error());
        row.event.fact = std::move(*fact);
        if (auto* wanted = std::get_if<EffectWanted>(&row.event.fact)) {
            auto input = messages->fetchChain(row.input);
            if (!input)
                return fail(std::move(input).error());
            wanted->input = std::move(*input);
        }
        events.push_back(std::move(row.event));
    }
}

} // namespace tracestore
