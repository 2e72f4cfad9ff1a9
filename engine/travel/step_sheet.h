#pragma once

#include "engine/debug/debug_status.h"
#include "engine/travel/travel_line.h"

namespace engine {

// What a debugger shows of the steps of a saved trace, in the forms of a run.

/// The name of a step for orders: that of its effect in our recordings, else `#12` after its number
/// in the trace.
[[nodiscard]] std::string effectNameOf(const TravelLine& line, tracestore::SpanId span);

/// The step of a name at a position: the one that is under way, else the last that was, else the
/// next. Invalid: there is none.
[[nodiscard]] tracestore::SpanId
stepOfName(const TravelLine& line, std::string_view name, std::size_t position);

/// The path of an agent by which views know it.
[[nodiscard]] std::string pathOfAgent(const TravelLine& line, tracestore::SpanId span);

/// What the step is of: the model, tool or agent.
[[nodiscard]] std::string nameOfStep(const TravelLine& line, tracestore::SpanId span);

/// Its line in the list of what is under way. `detail` null: its contents are not known.
[[nodiscard]] PendingStep pendingOf(const TravelLine& line,
                                    tracestore::SpanId span,
                                    const tracestore::SpanDetail* detail,
                                    PendingStep::Stage stage);

/// Request, and outcome where `isPast`, without states.
[[nodiscard]] StepInspection inspectionOf(const TravelLine& line,
                                          tracestore::SpanId span,
                                          const tracestore::SpanDetail& detail,
                                          bool isPast);

} // namespace engine
