#include "gui/context/detail_loader.h"

#include <QMutex>
#include <QRunnable>

#include <list>
#include <unordered_map>

namespace gui {

using tracestore::Result;
using tracestore::SpanDetail;
using tracestore::SpanId;

namespace {

    constexpr std::size_t kCachedDetails = 64;
    constexpr const char* kDetail = "detail";
    constexpr const char* kDetails = "details";
    constexpr const char* kRaw = "raw";

} // namespace

/// The details that were asked for last. Shared with the workers.
struct DetailLoader::Cache
{
    DetailPtr find(SpanId span)
    {
        const QMutexLocker lock(&mutex);
        const auto found = details.find(span);
        return found == details.end() ? nullptr : found->second;
    }

    void put(SpanId span, DetailPtr detail)
    {
        const QMutexLocker lock(&mutex);
        if (!details.emplace(span, std::move(detail)).second)
            return;
        order.push_back(span);
        if (order.size() > kCachedDetails) {
            details.erase(order.front());
            order.pop_front();
        }
    }

    QMutex mutex;
    std::unordered_map<SpanId, DetailPtr> details;
    std::list<SpanId> order;
};

DetailLoader::DetailLoader(tracestore::TracePtr trace, QObject* parent)
    : QObject(parent)
    , m_trace(std::move(trace))
    , m_cache(std::make_shared<Cache>())
{
    m_pool.setMaxThreadCount(1);
}

DetailLoader::~DetailLoader()
{
    m_newest.clear();
    m_pool.clear();
    m_pool.waitForDone();
}

void DetailLoader::setTrace(tracestore::TracePtr trace)
{
    m_trace = std::move(trace);
    // Answers of workers that still read the trace before go to the cache before.
    m_cache = std::make_shared<Cache>();
}

Result<DetailLoader::DetailPtr>
DetailLoader::fetch(const tracestore::Trace& trace, Cache& cache, SpanId span)
{
    if (DetailPtr known = cache.find(span))
        return known;
    Result<DetailPtr> answer = trace.payloads().detail(span).transform([](SpanDetail&& detail) {
        return DetailPtr(std::make_shared<const SpanDetail>(std::move(detail)));
    });
    if (answer)
        cache.put(span, *answer);
    return answer;
}

void DetailLoader::requestDetails(QObject* receiver, std::vector<SpanId> spans, OnDetails done)
{
    const std::uint64_t request = newest(receiver, kDetails);
    const QPointer<QObject> guard(receiver);
    m_pool.start([this,
                  guard,
                  receiver,
                  spans = std::move(spans),
                  request,
                  done = std::move(done),
                  trace = m_trace,
                  cache = m_cache] {
        auto answers = std::make_shared<DetailMap>();
        for (const SpanId span : spans)
            answers->emplace(span, fetch(*trace, *cache, span));
        QMetaObject::invokeMethod(
            this,
            [this, guard, receiver, request, done, answers] {
                if (guard != nullptr && isNewest(receiver, kDetails, request))
                    done(*answers);
            },
            Qt::QueuedConnection);
    });
}

void DetailLoader::requestDetail(QObject* receiver, SpanId span, OnDetail done)
{
    const std::uint64_t request = newest(receiver, kDetail);
    const QPointer<QObject> guard(receiver);
    m_pool.start([this,
                  guard,
                  receiver,
                  span,
                  request,
                  done = std::move(done),
                  trace = m_trace,
                  cache = m_cache] {
        Result<DetailPtr> answer = fetch(*trace, *cache, span);
        QMetaObject::invokeMethod(
            this,
            [this, guard, receiver, span, request, done, answer = std::move(answer)] {
                if (guard != nullptr && isNewest(receiver, kDetail, request))
                    done(span, answer);
            },
            Qt::QueuedConnection);
    });
}

void DetailLoader::requestPreviews(QObject* receiver,
                                   const std::vector<SpanId>& spans,
                                   const MakePreview& make,
                                   const OnPreview& done)
{
    constexpr int kBehindAllElse = -1;
    auto& stale = m_previewsStale[receiver];
    if (stale != nullptr)
        *stale = true;
    stale = std::make_shared<std::atomic_bool>(false);
    const QPointer<QObject> guard(receiver);
    // One at a time: whoever selects a step does not wait for all of them.
    for (const SpanId span : spans) {
        const auto work = [this, guard, span, make, done, isStale = stale, trace = m_trace] {
            if (*isStale)
                return;
            const Result<SpanDetail> detail = trace->payloads().detail(span);
            const QString line = detail ? make(span, *detail) : QString();
            QMetaObject::invokeMethod(
                this,
                [guard, span, line, done] {
                    if (guard != nullptr)
                        done(span, line);
                },
                Qt::QueuedConnection);
        };
        m_pool.start(QRunnable::create(work), kBehindAllElse);
    }
}

void DetailLoader::requestRaw(QObject* receiver, SpanId span, OnText done)
{
    const std::uint64_t request = newest(receiver, kRaw);
    const QPointer<QObject> guard(receiver);
    m_pool.start([this, guard, receiver, span, request, done = std::move(done), trace = m_trace] {
        Result<std::string> answer = trace->payloads().raw(span);
        QMetaObject::invokeMethod(
            this,
            [this, guard, receiver, span, request, done, answer = std::move(answer)] {
                if (guard != nullptr && isNewest(receiver, kRaw, request))
                    done(span, answer);
            },
            Qt::QueuedConnection);
    });
}

void DetailLoader::cancel(QObject* receiver)
{
    newest(receiver, kDetail);
    newest(receiver, kDetails);
    newest(receiver, kRaw);
    if (const auto stale = m_previewsStale.take(receiver))
        *stale = true;
}

std::uint64_t DetailLoader::newest(QObject* receiver, const char* what)
{
    return m_newest[{receiver, QByteArray(what)}] = m_next++;
}

bool DetailLoader::isNewest(QObject* receiver, const char* what, std::uint64_t request) const
{
    return m_newest.value({receiver, QByteArray(what)}) == request;
}

} // namespace gui
