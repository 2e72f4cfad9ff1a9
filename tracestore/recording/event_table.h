#pragma once

#include "tracestore/base/job.h"
#include "tracestore/recording/run_event.h"
#include "tracestore/store/trace_tables.h"

#include <functional>
#include <limits>

namespace tracestore {

/// Writes rows of the table `event`, each chained to the one before.
class EventWriter
{
public:
    /// Goes on behind the event of number `last` with the checksum `sum`; 0 and 0 at the start.
    /// Database and contents outlive this.
    static Result<EventWriter>
    begin(Database& database, ContentWriter& contents, std::int64_t last, std::int64_t sum);

    /// Invalid: its number does not follow. Limit: it is too long to be read again.
    Result<void> write(const RunEvent& event);

    [[nodiscard]] std::int64_t lastNumber() const { return m_last; }

private:
    EventWriter(Statement insert, ContentWriter& contents, std::int64_t last, std::int64_t sum)
        : m_insert(std::move(insert))
        , m_contents(&contents)
        , m_last(last)
        , m_sum(sum)
    { }

    Statement m_insert;
    ContentWriter* m_contents;
    std::int64_t m_last;
    std::int64_t m_sum;
};

/// What was found in a table of events.
struct EventTable
{
    std::int64_t last = 0; ///< the number of the last event
    std::int64_t sum = 0; ///< on which the next row follows
    std::uint64_t damaged = 0; ///< rows that are damaged or missing, in whole or in part
    std::string damage; ///< what is wrong with the first
};

/// Reads all events in order. `limit`: no number can be higher. A damaged event is left out; one of
/// which only the input is damaged comes without it. Fails with Io and Cancelled.
Result<EventTable> readEvents(Database& database,
                              std::uint64_t limit,
                              Job& job,
                              const std::function<void(RunEvent)>& visit);

/// Which events to read.
struct EventChoice
{
    std::int64_t from = 1;
    std::int64_t to = std::numeric_limits<std::int64_t>::max();
    std::string agent; ///< path; empty: all
    bool isOfRun = false; ///< those alone that are about no agent, but about the run
    std::string type; ///< see typeWord(); empty: all
};

/// Reads some events in order, without looking at the others: their place in the chain of checksums
/// is not proven. Corrupt: one of them cannot be read.
Result<std::vector<RunEvent>> readEvents(Database& database, const EventChoice& choice);

} // namespace tracestore
