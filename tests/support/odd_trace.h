#pragma once

#include "tracestore/model/trace.h"

namespace tests {

/// A trace in which every field of every record is set at least once, and to values that are easy
/// to lose: empty beside absent, zeros, extremes, quotes, line feeds, NUL, texts of other scripts,
/// invalid UTF-8, JSON that is none, payloads from one byte to many pieces.
tracestore::TracePtr makeOddTrace();

} // namespace tests
