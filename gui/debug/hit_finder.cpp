#include "gui/debug/hit_finder.h"

namespace gui {

using engine::Breakpoint;
using tracestore::Job;

HitFinder::HitFinder(QObject* parent)
    : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

HitFinder::~HitFinder()
{
    cancel();
    m_pool.waitForDone();
}

void HitFinder::cancel()
{
    if (m_job)
        m_job->cancel();
    m_job.reset();
}

std::optional<double> HitFinder::progress() const
{
    if (!m_job || m_job->total() == 0)
        return {};
    return std::min(1.0, double(m_job->done()) / double(m_job->total()));
}

void HitFinder::find(std::vector<Breakpoint> breakpoints,
                     tracestore::TracePtr trace,
                     std::size_t limit)
{
    cancel();
    m_job = std::make_shared<Job>();
    m_pool.start(
        [this, breakpoints = std::move(breakpoints), trace = std::move(trace), limit, job = m_job] {
            auto hits = engine::findHits(breakpoints, *trace, *job, limit);
            if (!hits)
                return;
            const auto deliver = [this, job, hits = std::move(*hits)] {
                if (job != m_job)
                    return;
                m_job.reset();
                emit finished(hits);
            };
            QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
        });
}

} // namespace gui
