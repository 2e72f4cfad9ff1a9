#include "engine/runtime/trace_loader.h"

#include "engine/config/app_paths.h"
#include "engine/runtime/thread_executor.h"
#include "tracestore/column_cache.h"

namespace engine {

using tracestore::Job;
using tracestore::OpenRequest;

namespace {

    constexpr int kProgressIntervalMs = 50;

} // namespace

TraceLoader::TraceLoader(const tracestore::ImporterRegistry& importers,
                         std::shared_ptr<const tracestore::PriceTable> prices,
                         QObject* parent)
    : QObject(parent)
    , m_importers(importers)
    , m_prices(std::move(prices))
{
    // A load that was cancelled may take a moment to notice; the next waits for it, so that two of
    // them never share the memory of the machine.
    m_pool.setMaxThreadCount(1);
    m_timer.setInterval(kProgressIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &TraceLoader::reportProgress);
}

TraceLoader::~TraceLoader()
{
    if (m_job)
        m_job->cancel();
    m_pool.waitForDone();
}

void TraceLoader::load(OpenRequest request)
{
    if (m_job)
        m_job->cancel();
    m_job = std::make_shared<Job>();
    m_reportedDone = 0;
    request.prices = m_prices.get();
    m_timer.start();
    m_pool.start([this, request = std::move(request), job = m_job, prices = m_prices]() mutable {
        ThreadExecutor executor;
        request.executor = &executor;
        const tracestore::ColumnCache cache(columnCacheDir().toStdString());
        request.cache = &cache;
        Outcome outcome = job->isCancelled() ? tracestore::cancelled()
                                             : tracestore::openTrace(request, m_importers, *job);
        // The receiver is alive: its destructor waits for this thread.
        QMetaObject::invokeMethod(
            this,
            [this, job, outcome = std::move(outcome)]() mutable {
                finish(job.get(), std::move(outcome));
            },
            Qt::QueuedConnection);
    });
}

void TraceLoader::cancel()
{
    if (m_job)
        m_job->cancel();
}

void TraceLoader::finish(const Job* job, Outcome outcome)
{
    if (job != m_job.get())
        return;
    reportProgress();
    m_timer.stop();
    // What was cancelled stays so, even where the work was done a moment before.
    if (job->isCancelled())
        outcome = tracestore::cancelled();
    m_job.reset();
    if (outcome)
        emit loaded(*outcome);
    else
        emit failed(outcome.error());
}

void TraceLoader::reportProgress()
{
    if (!m_job || m_job->done() == m_reportedDone)
        return;
    m_reportedDone = m_job->done();
    emit progressed(m_job->done(), m_job->total());
}

} // namespace engine
