#pragma once

#include "engine/bundle/masked_run.h"
#include "tracestore/base/job.h"
#include "tracestore/model/trace.h"

namespace engine {

/// Learns from the tools' steps of a trace what the rules for fields name. Reads all payloads.
/// Fails with Cancelled, and where payloads cannot be read for a reason of the moment.
tracestore::Result<void>
learnFrom(const tracestore::Trace& trace, TextMask& mask, tracestore::Job& job);

/// The trace with its texts hidden, those of its payloads when they are fetched. Reads all payloads
/// once, to tell the places. `mask` outlives the result, and is used by no other thread meanwhile.
tracestore::Result<tracestore::TracePtr> maskedTrace(const tracestore::TracePtr& trace,
                                                     TextMask& mask,
                                                     std::vector<MaskedPlace>& places,
                                                     tracestore::Job& job);

} // namespace engine
