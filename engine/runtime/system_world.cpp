#include "engine/runtime/system_world.h"

#include <chrono>

namespace engine {
namespace {

    template<class Clock>
    std::int64_t nanoseconds()
    {
        const auto since = Clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
    }

} // namespace

tracestore::Timestamp SystemClock::now() const
{
    return {nanoseconds<std::chrono::system_clock>()};
}

tracestore::Duration SystemClock::steady() const
{
    return {nanoseconds<std::chrono::steady_clock>()};
}

SystemRandom::SystemRandom()
    : m_engine(std::random_device {}())
{ }

} // namespace engine
