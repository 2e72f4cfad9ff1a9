#pragma once

#include "engine/breakpoint/watch.h"
#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"

#include <QObject>
#include <QThreadPool>

#include <memory>

namespace gui {

/// What a watch comes to at a step of a trace.
struct WatchAtStep
{
    engine::WatchId id = 0;
    std::string value; ///< JSON; empty where nothing is known
    std::string problem; ///< why it cannot be evaluated; else empty
    std::string before; ///< JSON: the value before the last change; empty: none is known
    tracestore::SpanId changedAt; ///< where it got its value; invalid where it has none

    bool operator==(const WatchAtStep&) const = default;
};

/// Evaluates watches as they stand at a step: the step's own value, or the last that was known
/// before it, and where that came from. Looks back over kMostSteps steps.
std::vector<WatchAtStep> evaluateWatches(const std::vector<engine::Watch>& watches,
                                         const tracestore::Trace& trace,
                                         tracestore::SpanId step,
                                         const tracestore::Job& job);

/// Does so on a thread of its own. A newer order ends the one before. GUI thread; the destructor
/// cancels and waits.
class WatchEvaluator : public QObject
{
    Q_OBJECT

public:
    /// Payloads of so many steps are read at most for one order.
    static constexpr std::size_t kMostSteps = 2000;

    explicit WatchEvaluator(QObject* parent = nullptr);
    ~WatchEvaluator() override;

    void evaluate(std::vector<engine::Watch> watches,
                  tracestore::TracePtr trace,
                  tracestore::SpanId step);
    void cancel();

signals:
    void finished(const std::vector<gui::WatchAtStep>& values);

private:
    std::shared_ptr<tracestore::Job> m_job;
    QThreadPool m_pool;
};

} // namespace gui
