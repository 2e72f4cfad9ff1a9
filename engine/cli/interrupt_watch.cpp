#include "engine/cli/interrupt_watch.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace engine::cli {
namespace {

    // A signal handler may do no more than write.
    int interruptPipe[2] = {-1, -1};

    void onInterrupt(int signal)
    {
        const int before = errno;
        const char byte = static_cast<char>(signal);
        static_cast<void>(!::write(interruptPipe[1], &byte, 1));
        errno = before;
    }

} // namespace

InterruptWatch::InterruptWatch(Kind kind)
{
    if (pipe2(interruptPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    m_notifier = std::make_unique<QSocketNotifier>(interruptPipe[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this, kind] {
        char signal = SIGINT;
        if (::read(interruptPipe[0], &signal, 1) != 1)
            return;
        if (kind == Kind::Once) {
            m_notifier->setEnabled(false);
            std::signal(SIGINT, SIG_DFL);
            std::signal(SIGTERM, SIG_DFL);
        }
        emit interrupted(signal);
    });
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
}

InterruptWatch::~InterruptWatch()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    m_notifier.reset();
    for (int& end : interruptPipe) {
        if (end >= 0)
            ::close(std::exchange(end, -1));
    }
}

} // namespace engine::cli
