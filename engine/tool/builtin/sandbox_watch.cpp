#include "engine/tool/builtin/sandbox_watch.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace engine {
namespace {

    std::int64_t residentBytes(const std::filesystem::path& process)
    {
        std::int64_t all = 0;
        std::int64_t resident = 0;
        std::ifstream(process / "statm") >> all >> resident;
        return resident * ::sysconf(_SC_PAGESIZE);
    }

    /// Each thread has children of its own.
    bool addChildren(const std::filesystem::path& process, std::vector<pid_t>& to)
    {
        bool isTold = false;
        std::error_code error;
        std::filesystem::directory_iterator threads(process / "task", error);
        for (; !error && threads != std::filesystem::directory_iterator();
             threads.increment(error)) {
            std::ifstream children(threads->path() / "children");
            isTold |= children.is_open();
            for (pid_t child = 0; children >> child;)
                to.push_back(child);
        }
        return isTold;
    }

} // namespace

std::optional<ProcessUse> processUse(pid_t root, int mostProcesses)
{
    ProcessUse use;
    std::vector<pid_t> open {root};
    while (!open.empty() && use.processes < mostProcesses) {
        const std::filesystem::path process = "/proc/" + std::to_string(open.back());
        open.pop_back();
        const bool isTold = addChildren(process, open);
        if (use.processes == 0 && !isTold)
            return std::nullopt;
        ++use.processes;
        use.residentBytes += residentBytes(process);
    }
    return use;
}

} // namespace engine
