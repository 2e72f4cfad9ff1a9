#pragma once

#include "tracestore/analysis/price_table.h"
#include "tracestore/open_trace.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <memory>

namespace engine {

/// Opens a trace on a thread of its own; signals come on the owner's thread. One load at a time:
/// a newer one cancels the one before, of which nothing is heard any more. The destructor cancels
/// and waits. The registry outlives the loader.
class TraceLoader : public QObject
{
    Q_OBJECT

public:
    /// `prices` may be null: no cost is computed then. They take the place of the request's.
    TraceLoader(const tracestore::ImporterRegistry& importers,
                std::shared_ptr<const tracestore::PriceTable> prices,
                QObject* parent = nullptr);
    ~TraceLoader() override;

    void load(tracestore::OpenRequest request);

    /// Ends the load with failed(Cancelled); nothing happens where none is under way.
    void cancel();

    [[nodiscard]] bool isLoading() const { return m_job != nullptr; }

signals:
    /// In bytes; `total` is 0 while it is not known. At most some twenty times a second.
    void progressed(quint64 done, quint64 total);
    void loaded(const tracestore::TracePtr& trace);
    void failed(const tracestore::Error& error);

private:
    using Outcome = tracestore::Result<tracestore::TracePtr>;

    void finish(const tracestore::Job* job, Outcome outcome);
    void reportProgress();

    const tracestore::ImporterRegistry& m_importers;
    std::shared_ptr<const tracestore::PriceTable> m_prices;
    std::shared_ptr<tracestore::Job> m_job; ///< of the load that is under way, else null
    quint64 m_reportedDone = 0;
    QTimer m_timer;
    QThreadPool m_pool;
};

} // namespace engine
