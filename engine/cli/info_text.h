#pragma once

#include "engine/cli/output.h"
#include "tracestore/model/trace.h"

namespace engine::cli {

/// What `kymo info` prints for people. `file` is what the user named.
void writeInfo(Output& out, const tracestore::Trace& trace, const std::string& file);

} // namespace engine::cli
