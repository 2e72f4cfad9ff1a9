#include "tests/bench/forked_work.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

std::optional<ChildCost> costInChild(const std::function<bool()>& work, int seconds)
{
    const auto started = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit limit {static_cast<rlim_t>(seconds), static_cast<rlim_t>(seconds)};
        ::setrlimit(RLIMIT_CPU, &limit);
        ::_exit(work() ? 0 : 1);
    }
    int status = 0;
    rusage used {};
    if (child < 0 || ::wait4(child, &status, 0, &used) != child)
        return {};
    const auto inSeconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
    const Cost cost {.cpu = inSeconds(used.ru_utime) + inSeconds(used.ru_stime),
                     .wall = wall.count()};
    // The kernel counts in ticks: it may end a moment early.
    const bool isStopped = WIFSIGNALED(status) && cost.cpu > seconds - 0.5;
    if (status != 0 && !isStopped)
        return {};
    return ChildCost {cost, isStopped};
}

} // namespace bench
