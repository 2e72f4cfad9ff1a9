#include "engine/cli/job_watch.h"

#include "engine/cli/exit_code.h"

#include <algorithm>
#include <ctime>
#include <pthread.h>
#include <unistd.h>

namespace engine::cli {
namespace {

    constexpr timespec kTick {0, 100'000'000};
    constexpr int kQuietTicks = 10; ///< nothing is drawn before
    constexpr int kBarWidth = 30;
    constexpr int kWake = SIGUSR1; ///< sent to the watching thread to end it

} // namespace

JobWatch::JobWatch(tracestore::Job& job, Output& err, std::string title)
    : m_job(job)
    , m_err(err)
    , m_title(std::move(title))
{
    sigemptyset(&m_watched);
    for (const int signal : {SIGINT, SIGTERM, kWake})
        sigaddset(&m_watched, signal);
    // Blocked here and so in the thread too, which waits for them: no handler, no global.
    pthread_sigmask(SIG_BLOCK, &m_watched, &m_maskBefore);
    m_thread = std::thread([this] { watch(); });
}

JobWatch::~JobWatch()
{
    pthread_kill(m_thread.native_handle(), kWake);
    m_thread.join();
    if (m_isDrawn) {
        m_err.write("\r\x1B[K");
        m_err.flush();
    }
    pthread_sigmask(SIG_SETMASK, &m_maskBefore, nullptr);
}

void JobWatch::watch()
{
    for (int ticks = 0;;) {
        const int signal = sigtimedwait(&m_watched, nullptr, &kTick);
        if (signal == kWake)
            return;
        if (signal == SIGINT || signal == SIGTERM)
            takeSignal();
        else if (++ticks > kQuietTicks && m_err.isTerminal())
            draw();
    }
}

void JobWatch::takeSignal()
{
    if (m_job.isCancelled())
        ::_exit(static_cast<int>(ExitCode::Cancelled));
    m_job.cancel();
}

void JobWatch::draw()
{
    const std::uint64_t total = m_job.total();
    std::string bar = "\r\x1B[K" + m_title;
    if (total > 0) {
        const double part
            = std::min(1.0, static_cast<double>(m_job.done()) / static_cast<double>(total));
        const int filled = static_cast<int>(part * kBarWidth);
        bar += " [" + std::string(static_cast<std::size_t>(filled), '#')
            + std::string(static_cast<std::size_t>(kBarWidth - filled), ' ') + "] "
            + std::to_string(static_cast<int>(part * 100)) + " %";
    } else {
        bar += " ...";
    }
    m_err.write(bar);
    m_err.flush();
    m_isDrawn = true;
}

} // namespace engine::cli
