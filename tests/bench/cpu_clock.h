#pragma once

#include <chrono>
#include <ctime>

namespace bench {

/// What a piece of work took.
struct Cost
{
    double cpu = 0; ///< seconds of user and system time, all threads of the process
    double wall = 0; ///< seconds
};

inline double cpuNow()
{
    timespec now {};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

template<class Work>
Cost costOf(Work&& work)
{
    const double cpu = cpuNow();
    const auto wall = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - wall;
    return {.cpu = cpuNow() - cpu, .wall = passed.count()};
}

} // namespace bench
