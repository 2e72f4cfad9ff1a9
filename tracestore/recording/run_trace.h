#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/recording/run_event.h"

#include <memory>

namespace tracestore {

/// The trace of a run, made of its events: a session, an agent span for each agent, a span for each
/// call with a child for each attempt where there was more than one, spans for decisions. The same
/// for a run that is under way and for one that is read from a file. One thread; the snapshots may
/// go anywhere.
class RunTrace
{
public:
    /// `title` names the file or run in the trace's origin.
    explicit RunTrace(std::string title);
    RunTrace(RunTrace&&) noexcept;
    RunTrace& operator=(RunTrace&&) noexcept;
    ~RunTrace();

    void add(RunEventPtr event);

    void add(RunEvent event) { add(std::make_shared<const RunEvent>(std::move(event))); }

    [[nodiscard]] std::size_t eventCount() const;

    /// The trace so far. Effects without an outcome are pending, or in doubt (an error span that
    /// says so) where `isInterrupted`. Costs time in the number of spans, not of bytes.
    [[nodiscard]] TracePtr snapshot(bool isInterrupted = false) const;

private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

} // namespace tracestore
