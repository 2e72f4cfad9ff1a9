#include "gui/debug/hit_finder.h"

#include "gui/models/step_previews.h"
#include "tracestore/model/payload_source.h"
#include "tracestore/query/session_columns.h"

#include <algorithm>

namespace gui {

using engine::Breakpoint;
using tracestore::Job;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    /// Payloads are read one by one; nobody looks through more.
    constexpr std::size_t kMostPreviews = 500;

    QString hitPreview(const Trace& trace, SpanId span)
    {
        const auto detail = trace.payloads().detail(span);
        if (!detail)
            return {};
        return trace.kind(span) == tracestore::SpanKind::Llm ? answerPreview(detail->output)
                                                             : toolPreview(detail->toolArguments);
    }

    std::optional<tracestore::Timestamp> beginOf(const Trace& trace)
    {
        std::optional<tracestore::Timestamp> begin;
        for (std::size_t i = 0; i < trace.spanCount(); ++i) {
            const auto start = trace.start(SpanId(i));
            if (start && (!begin || start->ns < begin->ns))
                begin = start;
        }
        return begin;
    }

    std::vector<HitStep> stepsOf(const engine::TraceHits& hits, const Trace& trace, const Job& job)
    {
        std::vector<HitStep> steps;
        if (hits.hits.empty())
            return steps;
        const auto turns = tracestore::sessionNumbers(tracestore::FieldId::Turn, trace);
        const auto begin = beginOf(trace);
        std::size_t previews = 0;
        for (const engine::TraceHit& hit : hits.hits) {
            HitStep& step = steps.emplace_back();
            step.turn = static_cast<std::int64_t>(turns.at(hit.span.index()).value_or(0));
            if (const auto start = trace.start(hit.span); start && begin)
                step.since = *start - *begin;
            if (hit.hit.values.empty() && !job.isCancelled() && ++previews <= kMostPreviews)
                step.preview = hitPreview(trace, hit.span);
        }
        return steps;
    }

} // namespace

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
            FoundHits found {std::move(*hits), {}};
            found.steps = stepsOf(found, *trace, *job);
            const auto deliver = [this, job, hits = std::move(found)] {
                if (job != m_job)
                    return;
                m_job.reset();
                emit finished(hits);
            };
            QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
        });
}

} // namespace gui
