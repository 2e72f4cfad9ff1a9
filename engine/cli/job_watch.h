#pragma once

#include "engine/cli/output.h"
#include "tracestore/base/job.h"

#include <csignal>
#include <string>
#include <thread>

namespace engine::cli {

/// Watches over a piece of work while it runs: Ctrl+C (or SIGTERM) cancels it, a second one ends
/// the program at once; what takes longer than a second shows its progress if `err` is a terminal.
/// Made and destroyed on the thread that works; `job` and `err` outlive it.
class JobWatch
{
public:
    /// `title` stands before the bar: "Reading".
    JobWatch(tracestore::Job& job, Output& err, std::string title);
    JobWatch(const JobWatch&) = delete;
    JobWatch& operator=(const JobWatch&) = delete;
    ~JobWatch();

private:
    void watch();
    void takeSignal();
    void draw();

    tracestore::Job& m_job;
    Output& m_err;
    std::string m_title;
    sigset_t m_watched {};
    sigset_t m_maskBefore {};
    bool m_isDrawn = false; ///< of the watching thread until it has ended
    std::thread m_thread;
};

} // namespace engine::cli
