#pragma once

#include "engine/cli/output.h"
#include "tracestore/model/trace.h"

namespace engine::cli {

/// Everything about one step as text for people.
void writeStep(Output& out,
               const tracestore::Trace& trace,
               tracestore::SpanId step,
               const tracestore::SpanDetail& detail);

} // namespace engine::cli
