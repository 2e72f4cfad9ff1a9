#pragma once

#include "engine/effect/wake_up.h"
#include "tracestore/base/timestamp.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>

namespace engine {

/// A bucket that gets a token every so often and holds a tenth of a minute's (Turner 1986, "New
/// directions in communications"), as a reservation: who finds it empty is told once when its token
/// will be there. Time may jump; a jump back costs at most the time of the tokens that are
/// reserved.
class TokenBucket
{
public:
    using Ticket = std::uint64_t;

    explicit TokenBucket(std::uint32_t perMinute);

    struct Reservation
    {
        Ticket ticket = 0;
        tracestore::Duration wait; ///< 0: there is a token now
    };

    Reservation take(tracestore::Timestamp now);

    /// What others take who are not limited by this one.
    void charge(tracestore::Timestamp now);

    /// A token that is not needed after all. Those reserved behind it keep their times; it is there
    /// again once they are given back too.
    void giveBack(Ticket ticket);

private:
    struct Reserved
    {
        Ticket ticket;
        std::int64_t at; ///< ns
        bool isGivenBack = false;
    };

    /// Forgets what is over; the time that counts.
    tracestore::Timestamp settle(tracestore::Timestamp now);

    std::int64_t m_interval; ///< ns between tokens
    std::int64_t m_burst; ///< ns that a full bucket is worth, less one token
    std::int64_t m_emptyUntil = 0; ///< ns: from when on it is full; "theoretical arrival time"
    tracestore::Timestamp m_seen; ///< the last time that counted
    std::deque<Reserved> m_reserved; ///< in the order of their times, not there yet
    Ticket m_last = 0;
};

/// A call's place among those that one provider answers at a time.
struct Place
{
    std::uint32_t most = 0; ///< under way at once, as the configuration of the call says
    bool isTaken = false;
    std::shared_ptr<WakeUp> wakeUp; ///< while it waits
};

/// How fast one provider is being asked, by all runs.
class RateState
{
public:
    using PlacePtr = std::shared_ptr<Place>;

    /// Gives a free place, or a position in the line; those who came first go first. Waits are
    /// ended by the place's wake-up, which is made anew with each call of this.
    void enter(const PlacePtr& place);

    /// Gives a place back, or leaves the line: the next ones get theirs and are woken up.
    void leave(const PlacePtr& place);

    /// How many stand before a place in the line.
    [[nodiscard]] std::size_t ahead(const PlacePtr& place) const;

    /// A token of the bucket of that size; the other buckets lose one too: each limit holds for the
    /// sum of what all runs ask.
    TokenBucket::Reservation take(std::uint32_t perMinute, tracestore::Timestamp now);

    void giveBack(std::uint32_t perMinute, TokenBucket::Ticket ticket);

    [[nodiscard]] std::size_t running() const { return m_running; }

    [[nodiscard]] std::size_t waiting() const { return m_line.size(); }

private:
    void callNext();

    std::size_t m_running = 0;
    std::deque<PlacePtr> m_line;
    std::map<std::uint32_t, TokenBucket> m_buckets; ///< by tokens a minute
};

} // namespace engine
