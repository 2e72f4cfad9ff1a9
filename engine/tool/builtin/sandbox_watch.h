#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

namespace engine {

/// What a group of processes uses together.
struct ProcessUse
{
    int processes = 0;
    std::int64_t residentBytes = 0;
};

/// What a process and all below it use now; counting ends with `mostProcesses`. Nothing where the
/// system does not tell.
std::optional<ProcessUse> processUse(pid_t root, int mostProcesses);

} // namespace engine
