#pragma once

#include "engine/cli/output.h"
#include "tracestore/analysis/span_groups.h"

#include <span>

namespace engine::cli {

/// Tables for people: the whole trace, then one for each grouping that has more than one group or
/// is the only one asked for.
void writeStats(Output& out,
                const tracestore::Trace& trace,
                std::span<const tracestore::Grouping> groupings);

/// The JSON of `kymo stats`, see README.md.
std::string statsJson(const tracestore::Trace& trace,
                      const std::string& file,
                      std::span<const tracestore::Grouping> groupings);

} // namespace engine::cli
