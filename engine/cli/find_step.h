#pragma once

#include "tracestore/model/trace.h"

#include <string>
#include <string_view>

namespace engine::cli {

/// The step that a user names: by its number in the list of `kymo show`, or by the id that it has
/// in the source. NotFound, or Invalid where several have that id.
tracestore::Result<tracestore::SpanId> findStep(const tracestore::Trace& trace,
                                                std::string_view name);

/// The effect of such a step of a recording. Fails as openTrace() does, too.
tracestore::Result<std::string> findEffect(const std::string& recording, std::string_view step);

} // namespace engine::cli
