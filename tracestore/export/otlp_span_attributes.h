#pragma once

#include "tracestore/export/otlp_values.h"
#include "tracestore/model/trace.h"

namespace tracestore {

/// Adds what is known of a span in the words of the GenAI conventions, and in `kymo.*` what they
/// have no word for. What the source's own attributes, already in `to`, say is not said again.
void addGenAiAttributes(OtlpAttributes& to,
                        const Trace& trace,
                        SpanId span,
                        const SpanDetail& detail);

} // namespace tracestore
