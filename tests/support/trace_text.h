#pragma once

#include "tracestore/model/trace.h"

#include <string>

namespace tests {

/// The tree of a trace as text, a line a span, children indented by two blanks:
/// `llm chat gpt-4o [ok] 1200ms in=20 out=16 call=c1 agent=a`. What is not known is left out.
std::string treeText(const tracestore::Trace& trace);

/// Everything in a trace, payloads and raw records included, as text: two traces are identical
/// field by field if and only if these are equal. Where a trace was opened from (origin's files,
/// raw file offsets) is left out unless `withPlaces`.
std::string fullText(const tracestore::Trace& trace, bool withPlaces = false);

} // namespace tests
