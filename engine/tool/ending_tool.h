#pragma once

#include "engine/tool/tool.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace tracestore {
class Job;
} // namespace tracestore

namespace engine {

/// What every running tool has to keep: it ends once, from the event loop, and may be destroyed by
/// whoever hears of its end.
class EndingTool : public RunningTool
{
public:
    explicit EndingTool(ToolHandlers handlers)
        : m_handlers(std::move(handlers))
    { }

    void cancel() override { end(cancelledOutcome()); }

    static Outcome cancelledOutcome(std::string partial = {});

protected:
    /// Soon; what comes after the first is dropped.
    void end(Outcome outcome);

    [[nodiscard]] bool hasEnded() const { return m_hasEnded; }

    void tellProgress(const std::string& text) const
    {
        if (m_handlers.progress && !m_hasEnded)
            m_handlers.progress(text);
    }

    /// For timers and queued calls: they go with the call.
    QObject* context() { return &m_context; }

private:
    ToolHandlers m_handlers;
    bool m_hasEnded = false;
    QObject m_context;
};

/// A call whose outcome is known at once.
class AnsweredTool : public EndingTool
{
public:
    AnsweredTool(ToolHandlers handlers, Outcome outcome)
        : EndingTool(std::move(handlers))
    {
        end(std::move(outcome));
    }
};

/// A call that works on a thread of a pool. cancel() lets go at once; the work is asked to stop and
/// what it still gives is dropped. The pool has to outlive its work, not this.
class PooledTool : public EndingTool
{
public:
    using Work = std::function<Outcome(const tracestore::Job&)>;

    PooledTool(QThreadPool& pool, ToolHandlers handlers, Work work);
    ~PooledTool() override;

    void cancel() override;

private:
    struct Line;

    std::shared_ptr<Line> m_line;
};

Outcome textOutcome(std::string text);

/// An Error that the model can act on.
Outcome toolError(std::string type, std::string message);

} // namespace engine
