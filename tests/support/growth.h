#pragma once

#include <cstddef>
#include <ctime>

namespace tests {

/// How many times as long `work(size)` takes as `work(size / 8)`: some 8 where the time grows with
/// the size, 64 where with its square. Counted is the processor time of this thread, so that
/// neither the machine nor its other work decides.
template<class Work>
double growthByEight(std::size_t size, Work work)
{
    const auto seconds = [&](std::size_t ofSize) {
        timespec start {};
        timespec end {};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
        work(ofSize);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
        return static_cast<double>(end.tv_sec - start.tv_sec)
            + 1e-9 * static_cast<double>(end.tv_nsec - start.tv_nsec);
    };
    const double eighth = seconds(size / 8);
    return seconds(size) / eighth;
}

/// More than any linear work comes to in growthByEight(), less than what is quadratic.
inline constexpr double kMostLinearGrowth = 30;

} // namespace tests
