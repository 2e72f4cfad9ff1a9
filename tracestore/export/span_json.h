#pragma once

#include "tracestore/base/json_writer.h"
#include "tracestore/model/trace.h"

namespace tracestore {

/// A span as a JSON object in the form of README.md in this folder, which the line format and the
/// command line share. What is not known is left out. `detail` may be null: no payloads then.
void writeSpan(JsonWriter& to, const Trace& trace, SpanId span, const SpanDetail* detail);

/// A link between spans in the form of README.md.
void writeLink(JsonWriter& to, const SpanLink& link);

} // namespace tracestore
