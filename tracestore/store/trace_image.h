#pragma once

#include "tracestore/base/binary_io.h"
#include "tracestore/model/trace.h"

namespace tracestore {

/// Writes all of a trace but its payloads and the costs that were computed: prices change.
void saveTraceImage(BinaryWriter& to, const Trace::Data& data);

/// What was written, its columns in the place to which it was read; no payloads. Check the reader's
/// isFine(): what is left of a broken image is no trace.
Trace::Data loadTraceImage(BinaryReader& from);

} // namespace tracestore
