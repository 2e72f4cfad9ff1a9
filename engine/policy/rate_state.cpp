#include "engine/policy/rate_state.h"

#include <algorithm>

namespace engine {
namespace {

    constexpr std::int64_t kMinuteNs = 60'000'000'000;
    constexpr std::int64_t kBurstShare = 10; ///< of a minute's tokens

} // namespace

TokenBucket::TokenBucket(std::uint32_t perMinute)
    : m_interval(kMinuteNs / std::max(1U, perMinute))
    , m_burst(std::max<std::int64_t>(0, kMinuteNs / kBurstShare - m_interval))
{ }

tracestore::Timestamp TokenBucket::settle(tracestore::Timestamp now)
{
    // Runs look at their clocks one after another, so one may be a little behind.
    if (now < m_seen && (m_seen - now).ns < kMinuteNs)
        now = m_seen;
    m_seen = now;
    while (!m_reserved.empty() && m_reserved.front().at <= now.ns)
        m_reserved.pop_front();
    // The clock was set back: nobody shall wait until it comes here again.
    const auto reserved = static_cast<std::int64_t>(m_reserved.size());
    const std::int64_t latest = now.ns + m_burst + (reserved + 1) * m_interval;
    m_emptyUntil = std::min(std::max(m_emptyUntil, now.ns), latest);
    return now;
}

TokenBucket::Reservation TokenBucket::take(tracestore::Timestamp now)
{
    now = settle(now);
    const std::int64_t wait = std::max<std::int64_t>(0, m_emptyUntil - m_burst - now.ns);
    m_emptyUntil += m_interval;
    const Ticket ticket = ++m_last;
    if (wait > 0)
        m_reserved.push_back({ticket, now.ns + wait});
    return {ticket, {wait}};
}

void TokenBucket::charge(tracestore::Timestamp now)
{
    settle(now);
    m_emptyUntil += m_interval;
}

void TokenBucket::giveBack(Ticket ticket)
{
    for (Reserved& reserved : m_reserved)
        reserved.isGivenBack = reserved.isGivenBack || reserved.ticket == ticket;
    while (!m_reserved.empty() && m_reserved.back().isGivenBack) {
        m_reserved.pop_back();
        m_emptyUntil -= m_interval;
    }
}

void RateState::enter(const PlacePtr& place)
{
    if (place->isTaken)
        return;
    place->wakeUp = std::make_shared<WakeUp>();
    if (std::find(m_line.begin(), m_line.end(), place) == m_line.end())
        m_line.push_back(place);
    callNext();
}

void RateState::leave(const PlacePtr& place)
{
    if (std::exchange(place->isTaken, false))
        --m_running;
    else
        std::erase(m_line, place);
    callNext();
}

std::size_t RateState::ahead(const PlacePtr& place) const
{
    const auto found = std::find(m_line.begin(), m_line.end(), place);
    return static_cast<std::size_t>(found - m_line.begin());
}

void RateState::callNext()
{
    // The place is handed over, not put up: nobody can take it between the call and the coming.
    while (!m_line.empty() && m_running < m_line.front()->most) {
        const PlacePtr next = m_line.front();
        m_line.pop_front();
        next->isTaken = true;
        ++m_running;
        next->wakeUp->wake();
    }
}

TokenBucket::Reservation RateState::take(std::uint32_t perMinute, tracestore::Timestamp now)
{
    for (auto& [size, bucket] : m_buckets) {
        if (size != perMinute)
            bucket.charge(now);
    }
    return m_buckets.try_emplace(perMinute, perMinute).first->second.take(now);
}

void RateState::giveBack(std::uint32_t perMinute, TokenBucket::Ticket ticket)
{
    const auto bucket = m_buckets.find(perMinute);
    if (bucket != m_buckets.end())
        bucket->second.giveBack(ticket);
}

} // namespace engine
