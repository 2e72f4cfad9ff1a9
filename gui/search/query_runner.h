#pragma once

#include "tracestore/query/query_engine.h"

#include <QList>
#include <QObject>
#include <QThreadPool>

#include <memory>

namespace gui {

/// Runs one query at a time over a trace, on a thread of its own; hits arrive while it runs. A
/// newer query ends the one before, of which nothing is heard any more. GUI thread; the destructor
/// cancels and waits.
class QueryRunner : public QObject
{
    Q_OBJECT

public:
    explicit QueryRunner(tracestore::TracePtr trace, QObject* parent = nullptr);
    ~QueryRunner() override;

    /// Takes the trace as it has grown, for the next query.
    void setTrace(tracestore::TracePtr trace) { m_trace = std::move(trace); }

    void run(const tracestore::Query& query);

    /// Ends what is under way, without a signal.
    void cancel();

    [[nodiscard]] bool isRunning() const { return m_job != nullptr; }

    /// 0 to 1 of the query under way; nothing while it is not known.
    [[nodiscard]] std::optional<double> progress() const;

signals:
    void arrived(const QList<tracestore::QueryHit>& hits);
    void finished(const tracestore::QueryOutcome& outcome);

private:
    tracestore::TracePtr m_trace;
    std::shared_ptr<tracestore::Job> m_job; ///< of the query that is under way, else null
    QThreadPool m_pool;
};

} // namespace gui
