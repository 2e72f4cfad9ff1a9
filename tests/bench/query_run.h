#pragma once

#include "tests/bench/cpu_clock.h"
#include "tracestore/query/query_engine.h"

#include <string>

namespace bench {

/// A query that has to be one. Ends the program where it is none.
tracestore::Query queryOrEnd(const std::string& text);

/// Runs a query as the window does, with the text around each hit; gives how many there are.
std::size_t hitsOf(const tracestore::Query& query, const tracestore::Trace& trace);

/// What it takes until the first hit is handed over; the rest is cancelled. Ends the program where
/// there is none.
Cost costOfFirstHit(const tracestore::Query& query, const tracestore::Trace& trace);

} // namespace bench
