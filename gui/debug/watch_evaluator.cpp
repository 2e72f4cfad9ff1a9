#include "gui/debug/watch_evaluator.h"

#include "engine/breakpoint/expression.h"
#include "tracestore/model/payload_source.h"
#include "tracestore/query/query_subject.h"

#include <algorithm>

namespace gui {

using engine::Expression;
using engine::Watch;
using tracestore::Job;
using tracestore::SpanId;
using tracestore::Trace;

namespace {

    /// A watch on its way back through the steps.
    struct Search
    {
        WatchAtStep at;
        std::string agent;
        std::optional<Expression> expression;
        bool isDone = false;

        void take(const std::optional<std::string>& value, SpanId span)
        {
            if (!value)
                return;
            if (at.value.empty() || *value == at.value) {
                at.value = *value;
                at.changedAt = span;
            } else {
                at.before = *value;
                isDone = true;
            }
        }
    };

    Search searchFor(const Watch& watch)
    {
        Search search {
            .at = {.id = watch.id, .value = {}, .problem = {}, .before = {}, .changedAt = {}},
            .agent = watch.agent,
            .expression = {}};
        auto parsed = Expression::parse(watch.expression);
        if (parsed)
            search.expression = std::move(*parsed);
        else
            search.at.problem = parsed.error().message;
        search.isDone = !search.expression;
        return search;
    }

    void look(std::vector<Search>& searches, const Trace& trace, SpanId span)
    {
        const auto agent = trace.agentOf(span);
        const std::string_view name
            = agent.isValid() ? trace.agent(agent).name : std::string_view();
        const auto isAbout = [&](const Search& search) {
            return !search.isDone && (search.agent.empty() || search.agent == name);
        };
        if (std::ranges::none_of(searches, isAbout))
            return;
        const auto detail = trace.payloads().detail(span);
        const auto subject = engine::subjectOf(trace, span, detail ? &*detail : nullptr);
        for (Search& search : searches) {
            if (isAbout(search))
                search.take(search.expression->evaluate(*subject), span);
        }
    }

} // namespace

std::vector<WatchAtStep>
evaluateWatches(const std::vector<Watch>& watches, const Trace& trace, SpanId step, const Job& job)
{
    std::vector<Search> searches;
    std::ranges::transform(watches, std::back_inserter(searches), searchFor);
    std::size_t at = trace.preOrderIndex(step) + 1;
    const std::size_t end = at - std::min(at, WatchEvaluator::kMostSteps);
    const auto session = trace.sessionOf(step);
    const auto isDone = [](const Search& search) { return search.isDone; };
    while (at > end && !job.isCancelled() && !std::ranges::all_of(searches, isDone)) {
        const SpanId span = trace.preOrder()[--at];
        if (trace.sessionOf(span) != session)
            break;
        look(searches, trace, span);
    }
    // How long it has had its value is not known where one has not looked back to there.
    for (Search& search : searches) {
        if (!search.isDone && end > 0 && at == end)
            search.at.changedAt = {};
    }
    std::vector<WatchAtStep> values;
    for (Search& search : searches)
        values.push_back(std::move(search.at));
    return values;
}

WatchEvaluator::WatchEvaluator(QObject* parent)
    : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

WatchEvaluator::~WatchEvaluator()
{
    cancel();
    m_pool.waitForDone();
}

void WatchEvaluator::cancel()
{
    if (m_job)
        m_job->cancel();
    m_job.reset();
}

void WatchEvaluator::evaluate(std::vector<Watch> watches, tracestore::TracePtr trace, SpanId step)
{
    cancel();
    m_job = std::make_shared<Job>();
    m_pool.start([this, watches = std::move(watches), trace = std::move(trace), step, job = m_job] {
        auto values = evaluateWatches(watches, *trace, step, *job);
        const auto deliver = [this, job, values = std::move(values)] {
            if (job != m_job)
                return;
            m_job.reset();
            emit finished(values);
        };
        QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
    });
}

} // namespace gui
