#pragma once

#include "engine/breakpoint/breakpoint_set.h"
#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"

#include <functional>

namespace engine {

/// A breakpoint that would have hit at a step of a saved trace.
struct TraceHit
{
    tracestore::SpanId span;
    BreakpointHit hit;
};

/// What a search for hits came to.
struct TraceHits
{
    std::vector<TraceHit> hits; ///< in the order in which things happened
    std::vector<BreakpointTally> tallies;
    std::vector<std::string> notes; ///< what this trace does not tell: sentences for people
    bool isLimited = false;
};

/// Walks over a trace of any format as if it ran, and tells which breakpoints would have hit where.
/// What a trace does not say (states of foreign agents) hits nothing, and `notes` say so. Fails
/// with Cancelled only. Any thread but that of a window: payloads are read where conditions need
/// them.
tracestore::Result<TraceHits> findHits(const std::vector<Breakpoint>& breakpoints,
                                       const tracestore::Trace& trace,
                                       tracestore::Job& job,
                                       std::size_t limit = 100'000);

/// The breakpoints that are about a session, which need not ask for it any more.
std::vector<Breakpoint> breakpointsOf(tracestore::SessionId session,
                                      const tracestore::Trace& trace,
                                      const std::vector<Breakpoint>& all);

/// Whether it compares calls with those before, for which their contents are read.
bool comparesCalls(const Breakpoint& breakpoint);

/// Whether it needs the states of agents.
bool asksForState(const Breakpoint& breakpoint);

/// The steps that a breakpoint is about, by columns alone and without its condition: where its mark
/// stands in the margin of views. Sorted; cheap enough for a window's thread at some 10,000 steps.
std::vector<tracestore::SpanId> stepsAbout(const Breakpoint& breakpoint,
                                           const tracestore::Trace& trace);

/// The breakpoint that F9 sets at a step: before the call of its tool, model, agent ..., or at its
/// kind of decision. Nothing where one cannot stop at such a step.
std::optional<Breakpoint> breakpointAt(const tracestore::Trace& trace, tracestore::SpanId span);

} // namespace engine
