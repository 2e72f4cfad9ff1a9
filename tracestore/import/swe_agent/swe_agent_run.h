#pragma once

#include "tracestore/import/reading/json_record.h"
#include "tracestore/import/reading/report_batch.h"
#include "tracestore/import/reading/step_payloads.h"
#include "tracestore/model/trace_builder.h"

#include <array>

namespace tracestore {

/// The lists of a trajectory that are read element by element.
inline constexpr std::array<std::string_view, 2> kSweAgentLists {"trajectory", "history"};

/// Adds a trajectory as a session. `document` has been split at kSweAgentLists; everything
/// outlives the call.
void addSweAgentRun(const JsonRecord& document,
                    TraceBuilder& builder,
                    StepPayloads& payloads,
                    ReportBatch& batch);

} // namespace tracestore
