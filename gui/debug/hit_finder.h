#pragma once

#include "engine/breakpoint/trace_hits.h"

#include <QObject>
#include <QThreadPool>

#include <memory>

namespace gui {

/// What tells a step that was hit from others of its name.
struct HitStep
{
    std::int64_t turn = 0; ///< of its agent; 0: not known
    std::optional<tracestore::Duration> since; ///< from the beginning of the trace to its start
    QString preview; ///< of its arguments or answer, for hits that say nothing else; else empty
};

/// Hits, and for each its step.
struct FoundHits : engine::TraceHits
{
    std::vector<HitStep> steps;
};

/// Looks on a thread of its own where breakpoints would have hit in a trace. A newer order ends the
/// one before, of which nothing is heard any more. GUI thread; the destructor cancels and waits.
class HitFinder : public QObject
{
    Q_OBJECT

public:
    explicit HitFinder(QObject* parent = nullptr);
    ~HitFinder() override;

    void find(std::vector<engine::Breakpoint> breakpoints,
              tracestore::TracePtr trace,
              std::size_t limit);

    /// Ends what is under way, without a signal.
    void cancel();

    [[nodiscard]] bool isRunning() const { return m_job != nullptr; }

    /// 0 to 1; nothing while it is not known.
    [[nodiscard]] std::optional<double> progress() const;

signals:
    void finished(const gui::FoundHits& hits);

private:
    std::shared_ptr<tracestore::Job> m_job; ///< of the search under way, else null
    QThreadPool m_pool;
};

} // namespace gui
