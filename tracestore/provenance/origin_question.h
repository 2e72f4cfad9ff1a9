#pragma once

#include "tracestore/model/trace.h"
#include "tracestore/provenance/origin.h"

namespace tracestore {

/// The question about a field of a step, as people write it: `args`, `args.order.id`, `result[0]`,
/// `input[2]` (a message, from 0; the last without a number), `output`, `tools`. An empty field is
/// what a step has of these: arguments, else its answer, else its result. A `text` is looked for
/// in the place of the whole field. Fails with Invalid where the field is none of these, with
/// NotFound where the step does not have it, and as payloads do.
Result<OriginQuery>
originQuestion(const Trace& trace, SpanId span, std::string_view field, std::string text = {});

} // namespace tracestore
