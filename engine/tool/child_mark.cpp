#include "engine/tool/child_mark.h"

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace engine {
namespace {

    /// Each round finds what was started during the one before.
    constexpr int kMostRounds = 20;

    bool hasMark(const std::filesystem::path& process, const std::string& entry)
    {
        std::ifstream file(process / "environ", std::ios::binary);
        std::string environment {std::istreambuf_iterator<char>(file), {}};
        environment.insert(environment.begin(), '\0');
        return environment.find(entry) != std::string::npos;
    }

    /// The number of a process may be given to another one at any time, its handle not.
    bool killIfMarked(pid_t process, const std::filesystem::path& folder, const std::string& entry)
    {
        if (!hasMark(folder, entry))
            return false;
        const auto handle = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
        if (handle < 0)
            return false;
        const bool isStillIt = hasMark(folder, entry);
        if (isStillIt)
            ::syscall(SYS_pidfd_send_signal, handle, SIGKILL, nullptr, 0);
        ::close(handle);
        return isStillIt;
    }

} // namespace

QByteArray childMark(const void* owner, int start)
{
    const auto place = reinterpret_cast<std::uintptr_t>(owner); // NOLINT: only a number
    return QByteArray::fromStdString(std::to_string(::getpid()) + '-' + std::to_string(place) + '-'
                                     + std::to_string(start));
}

void killMarked(const QByteArray& mark)
{
    const std::string entry = std::string(1, '\0') + kChildMarkVariable + '=' + mark.toStdString()
        + std::string(1, '\0');
    bool hasKilled = true;
    for (int round = 0; hasKilled && round < kMostRounds; ++round) {
        hasKilled = false;
        std::error_code error;
        std::filesystem::directory_iterator processes("/proc", error);
        for (; !error && processes != std::filesystem::directory_iterator();
             processes.increment(error)) {
            const std::string name = processes->path().filename().string();
            if (name.find_first_not_of("0123456789") == std::string::npos)
                hasKilled
                    |= killIfMarked(static_cast<pid_t>(std::stol(name)), processes->path(), entry);
        }
    }
}

} // namespace engine
