#include "engine/tool/child_group.h"

#include <csignal>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace engine {
namespace {

    /// Between fork and exec: nothing but system calls.
    void limitChild(int resource, std::int64_t bytes)
    {
        if (bytes <= 0)
            return;
        const rlimit limit {static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
        ::setrlimit(static_cast<__rlimit_resource>(resource), &limit);
    }

} // namespace

void leadOwnGroup(QProcess& process, const ChildLimits& limits)
{
    process.setChildProcessModifier([limits] {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const rlimit none {0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        limitChild(RLIMIT_AS, limits.memoryBytes);
        limitChild(RLIMIT_FSIZE, limits.fileBytes);
        // What whoever started us left open would be open to all that we start.
        ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        if (limits.handedFile >= 0)
            ::fcntl(limits.handedFile, F_SETFD, 0);
    });
}

void signalGroup(qint64 leader, int signal)
{
    // 0 and 1 would be our own group and everybody's.
    if (leader > 1)
        ::kill(-static_cast<pid_t>(leader), signal);
}

} // namespace engine
