#pragma once

#include "tracestore/model/trace.h"

#include <QString>

namespace gui {

/// The short plain text about a span that hover cards and tooltips show, name first, then a fact a
/// line: kind, model, agent, status, times, tokens, cost, error. No line for what is not known.
QString spanCardText(const tracestore::Trace& trace, tracestore::SpanId span);

} // namespace gui
