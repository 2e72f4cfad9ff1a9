#include "tests/bench/private_memory.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

std::uint64_t privateMemory()
{
    std::ifstream rollup("/proc/self/smaps_rollup");
    std::uint64_t kilobytes = 0;
    for (std::string word; rollup >> word;) {
        std::uint64_t value = 0;
        if ((word == "Private_Clean:" || word == "Private_Dirty:") && rollup >> value)
            kilobytes += value;
    }
    return kilobytes * 1024;
}

std::uint64_t mostMemory()
{
    std::ifstream status("/proc/self/status");
    std::uint64_t kilobytes = 0;
    for (std::string word; status >> word;) {
        if (word == "VmHWM:")
            status >> kilobytes;
    }
    return kilobytes * 1024;
}

std::uint64_t inChild(const std::function<std::uint64_t()>& work)
{
    int ends[2] = {};
    std::fflush(stdout);
    if (::pipe(ends) != 0)
        std::exit(1);
    const pid_t child = ::fork();
    if (child == 0) {
        const std::uint64_t value = work();
        ::_exit(::write(ends[1], &value, sizeof value) == sizeof value ? 0 : 1);
    }
    std::uint64_t value = 0;
    int status = 1;
    const bool isRead = child > 0 && ::read(ends[0], &value, sizeof value) == sizeof value;
    ::close(ends[0]);
    ::close(ends[1]);
    if (!isRead || ::waitpid(child, &status, 0) != child || status != 0) {
        std::fprintf(stderr, "A child process did not measure its memory.\n");
        std::exit(1);
    }
    return value;
}

} // namespace bench
