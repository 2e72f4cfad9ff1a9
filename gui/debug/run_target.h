#pragma once

#include "engine/breakpoint/breakpoint.h"
#include "tracestore/model/trace.h"

#include <optional>

namespace gui {

/// What "run to here" means at a step: before the next like it. Nothing where a run cannot be told
/// to stop at such a step.
std::optional<engine::Breakpoint> runTarget(const tracestore::Trace& trace,
                                            tracestore::SpanId span);

/// A file beside the one of an earlier recording, that is not there yet: `support-2.kymo`.
QString nextRecordFile(const QString& before);

} // namespace gui
