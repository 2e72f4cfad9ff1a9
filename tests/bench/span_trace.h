#pragma once

#include "tracestore/model/trace.h"

namespace bench {

/// A trace of so many spans in one session, straight into columns, without a file and without
/// payloads: made-up runs of a dozen agents (see run_maker.h), some six of them at a time. The same
/// for the same number.
tracestore::TracePtr makeSpanTrace(std::size_t spans);

} // namespace bench
