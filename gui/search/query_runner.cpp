#include "gui/search/query_runner.h"

#include <QPointer>

namespace gui {

using tracestore::Job;
using tracestore::QueryHit;

namespace {

    /// So many hits at once keep both threads busy with better things than each other.
    constexpr std::size_t kBatch = 2000;

} // namespace

QueryRunner::QueryRunner(tracestore::TracePtr trace, QObject* parent)
    : QObject(parent)
    , m_trace(std::move(trace))
{
    m_pool.setMaxThreadCount(1);
}

QueryRunner::~QueryRunner()
{
    cancel();
    m_pool.waitForDone();
}

void QueryRunner::cancel()
{
    if (m_job)
        m_job->cancel();
    m_job.reset();
}

std::optional<double> QueryRunner::progress() const
{
    if (!m_job || m_job->total() == 0)
        return {};
    return std::min(1.0, double(m_job->done()) / double(m_job->total()));
}

void QueryRunner::run(const tracestore::Query& query)
{
    cancel();
    m_job = std::make_shared<Job>();
    m_pool.start([this, query, job = m_job, trace = m_trace] {
        // Answers to a query that was replaced are dropped: its job is not the newest any more.
        const auto deliver = [this, job](auto answer) {
            QMetaObject::invokeMethod(
                this,
                [this, job, answer = std::move(answer)] {
                    if (job == m_job)
                        answer();
                },
                Qt::QueuedConnection);
        };
        const auto onHits = [&](std::span<const QueryHit> hits) {
            deliver(
                [this, list = QList<QueryHit>(hits.begin(), hits.end())] { emit arrived(list); });
        };
        const auto outcome = runQuery(query, *trace, {.batch = kBatch}, *job, onHits);
        if (!outcome)
            return;
        deliver([this, outcome = *outcome] {
            m_job.reset();
            emit finished(outcome);
        });
    });
}

} // namespace gui
