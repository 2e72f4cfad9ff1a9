#pragma once

#include "tracestore/model/trace.h"

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <unordered_map>

namespace gui {

/// Fetches the payloads of spans on a worker thread. A newer request with the same receiver and tag
/// replaces one that still waits, and the answer to an older one is dropped. GUI thread.
class DetailLoader : public QObject
{
    Q_OBJECT

public:
    using DetailPtr = std::shared_ptr<const tracestore::SpanDetail>;
    using OnDetail = std::function<void(tracestore::SpanId, const tracestore::Result<DetailPtr>&)>;
    using DetailMap = std::unordered_map<tracestore::SpanId, tracestore::Result<DetailPtr>>;
    using OnDetails = std::function<void(const DetailMap&)>;
    using OnText = std::function<void(tracestore::SpanId, const tracestore::Result<std::string>&)>;

    using MakePreview = std::function<QString(tracestore::SpanId, const tracestore::SpanDetail&)>;
    using OnPreview = std::function<void(tracestore::SpanId, const QString&)>;

    explicit DetailLoader(tracestore::TracePtr trace, QObject* parent = nullptr);

    /// Waits for what is under way; nothing is delivered any more.
    ~DetailLoader() override;

    /// Takes the trace as it has grown. What is under way still brings what the one before says.
    void setTrace(tracestore::TracePtr trace);

    /// Calls `done` on the GUI thread, later, unless the receiver has gone or asked anew. Details
    /// that were fetched lately come from a small cache, but still later.
    void requestDetail(QObject* receiver, tracestore::SpanId span, OnDetail done);

    /// Several at once, for what a view shows: they arrive together. Keep it to what is in sight.
    void requestDetails(QObject* receiver, std::vector<tracestore::SpanId> spans, OnDetails done);

    /// A line for each of several steps, made by `make` on the worker, where nothing of their
    /// payloads is kept. Everything else that is asked for goes before; what still waits of an
    /// earlier request of the receiver is dropped.
    void requestPreviews(QObject* receiver,
                         const std::vector<tracestore::SpanId>& spans,
                         const MakePreview& make,
                         const OnPreview& done);

    /// The raw record, likewise; a request of its own beside that for the detail.
    void requestRaw(QObject* receiver, tracestore::SpanId span, OnText done);

    /// Drops what the receiver has asked for.
    void cancel(QObject* receiver);

private:
    struct Cache;

    static tracestore::Result<DetailPtr>
    fetch(const tracestore::Trace& trace, Cache& cache, tracestore::SpanId span);
    std::uint64_t newest(QObject* receiver, const char* what);
    [[nodiscard]] bool isNewest(QObject* receiver, const char* what, std::uint64_t request) const;

    tracestore::TracePtr m_trace;
    std::shared_ptr<Cache> m_cache;
    QHash<QPair<QObject*, QByteArray>, std::uint64_t> m_newest;
    QHash<QObject*, std::shared_ptr<std::atomic_bool>> m_previewsStale;
    std::uint64_t m_next = 1;
    QThreadPool m_pool;
};

} // namespace gui
