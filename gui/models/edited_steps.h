#pragma once

#include "tracestore/model/trace.h"

namespace gui {

/// Whether the user changed what a step sent or what came back, as the recording tells. Costs the
/// first few steps below it.
bool wasEdited(const tracestore::Trace& trace, tracestore::SpanId span);

} // namespace gui
