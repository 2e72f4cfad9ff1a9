#include "engine/tool/ending_tool.h"

#include "tracestore/base/job.h"

#include <mutex>
#include <utility>

namespace engine {

Outcome EndingTool::cancelledOutcome(std::string partial)
{
    Outcome outcome = failedOutcome(OutcomeStatus::Cancelled, "cancelled", "The call was stopped.");
    outcome.text = std::move(partial);
    return outcome;
}

void EndingTool::end(Outcome outcome)
{
    if (std::exchange(m_hasEnded, true))
        return;
    QMetaObject::invokeMethod(
        &m_context,
        [this, outcome = std::move(outcome)]() mutable {
            // Moved out first: who hears of the end may destroy this.
            const auto done = std::exchange(m_handlers.done, nullptr);
            if (done)
                done(std::move(outcome));
        },
        Qt::QueuedConnection);
}

/// What the thread and the call share. The thread never touches the call but under the lock.
struct PooledTool::Line
{
    tracestore::Job job;
    std::mutex mutex;
    PooledTool* call = nullptr; ///< null once it has gone
};

PooledTool::PooledTool(QThreadPool& pool, ToolHandlers handlers, Work work)
    : EndingTool(std::move(handlers))
    , m_line(std::make_shared<Line>())
{
    m_line->call = this;
    pool.start([line = m_line, work = std::move(work)] {
        if (line->job.isCancelled())
            return;
        Outcome outcome = work(line->job);
        const std::lock_guard lock(line->mutex);
        if (line->call == nullptr)
            return;
        QMetaObject::invokeMethod(
            line->call->context(),
            [call = line->call, outcome = std::move(outcome)]() mutable {
                call->end(std::move(outcome));
            },
            Qt::QueuedConnection);
    });
}

PooledTool::~PooledTool()
{
    m_line->job.cancel();
    const std::lock_guard lock(m_line->mutex);
    m_line->call = nullptr;
}

void PooledTool::cancel()
{
    m_line->job.cancel();
    EndingTool::cancel();
}

Outcome textOutcome(std::string text)
{
    Outcome outcome;
    outcome.text = std::move(text);
    return outcome;
}

Outcome toolError(std::string type, std::string message)
{
    return failedOutcome(OutcomeStatus::Error, std::move(type), std::move(message));
}

} // namespace engine
