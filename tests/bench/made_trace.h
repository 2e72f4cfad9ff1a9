#pragma once

#include "tracestore/model/trace.h"

namespace bench {

/// Runs of agents as the generator makes them up, as a trace in memory without payloads: columns
/// alone. At least so many spans, the same for the same seed.
tracestore::TracePtr makeTrace(std::size_t spans, std::uint64_t seed = 42);

} // namespace bench
