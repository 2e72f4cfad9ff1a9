#pragma once

#include "engine/cli/output.h"
#include "tracestore/model/trace.h"
#include "tracestore/provenance/origin.h"

namespace engine::cli {

/// What was found, for people.
void writeOrigins(Output& out,
                  const tracestore::Trace& trace,
                  const tracestore::OriginQuery& query,
                  const tracestore::OriginReport& report);

/// The same as one JSON object; its form is in README.md.
std::string originsJson(const tracestore::OriginQuery& query,
                        const tracestore::OriginReport& report,
                        const std::string& file);

} // namespace engine::cli
