#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace tests {

/// A process as /proc tells of it.
struct ListedProcess
{
    pid_t id = 0;
    pid_t parent = 0;
    char state = '?'; ///< Z: ended, and waited for by nobody
    std::string command; ///< with its arguments, which zero bytes divide
};

/// All that run on this machine, as far as they can be seen.
inline std::vector<ListedProcess> listedProcesses()
{
    std::vector<ListedProcess> all;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos)
            continue;
        ListedProcess process {.id = static_cast<pid_t>(std::stol(name))};
        std::string stat;
        std::getline(std::ifstream(entry.path() / "stat"), stat);
        const std::size_t end = stat.rfind(')'); // of its name, which may contain anything
        if (end == std::string::npos)
            continue; // it has gone meanwhile
        std::istringstream rest(stat.substr(end + 1));
        rest >> process.state >> process.parent;
        std::getline(std::ifstream(entry.path() / "cmdline"), process.command);
        all.push_back(std::move(process));
    }
    return all;
}

/// Those that this process has started and that have not ended.
inline std::set<pid_t> childProcesses()
{
    std::set<pid_t> children;
    for (const ListedProcess& process : listedProcesses()) {
        if (process.parent == ::getpid() && process.state != 'Z')
            children.insert(process.id);
    }
    return children;
}

/// How many of them have a text in their command line.
inline std::size_t processesWith(const std::string& text)
{
    const auto all = listedProcesses();
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](const ListedProcess& process) {
        return process.state != 'Z' && process.command.find(text) != std::string::npos;
    }));
}

} // namespace tests
