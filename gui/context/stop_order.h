#pragma once

#include "tracestore/model/ids.h"

namespace gui {

class SessionContext;

/// Whether a step lies ahead of the moment at which one stands in a trace that one goes through: it
/// has not begun there. False in a run that goes on, and where one stands nowhere.
bool isAhead(const SessionContext& context, tracestore::SpanId span);

/// Whether one stands right before this step, whose outcome lies ahead.
bool isJustAhead(const SessionContext& context, tracestore::SpanId span);

} // namespace gui
