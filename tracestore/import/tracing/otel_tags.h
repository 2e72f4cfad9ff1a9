#pragma once

#include "tracestore/import/otel/otel_span.h"

namespace tracestore {

/// Tracing systems that are older than OpenTelemetry hold as tags what it says outside of
/// attributes (side, status, scope): takes that out of the attributes of a span and sets it.
void takeOtelTags(OtelSpan& span);

/// `CLIENT`, `client`, `SPAN_KIND_CLIENT`, `SpanKind.CLIENT`.
CallSide callSideOf(std::string_view word);

/// `OK`, `ERROR`, `STATUS_CODE_ERROR`, `StatusCode.ERROR` in any case.
OtelStatus otelStatusOf(std::string_view word);

} // namespace tracestore
