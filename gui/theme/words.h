#pragma once

#include "tracestore/model/span.h"

#include <QString>

namespace gui {

// What the program calls things, the same in every view; translated.

/// `Model call`, `Tool call`.
QString kindName(tracestore::SpanKind kind);

/// `failed`, `not finished`; empty where it is not known.
QString statusName(tracestore::SpanStatus status);

/// `recorded`, `computed from list prices`.
QString costSourceName(tracestore::CostSource source);

/// Type and message of an error, one line of each.
QString errorLine(const tracestore::SpanError& error);

} // namespace gui
