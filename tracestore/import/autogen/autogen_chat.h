#pragma once

#include "tracestore/import/reading/json_record.h"
#include "tracestore/import/reading/report_batch.h"
#include "tracestore/import/reading/step_payloads.h"
#include "tracestore/model/trace_builder.h"

namespace tracestore {

/// Adds the chat of a team as a session. `document` says what else is known of it (empty for a
/// bare list); everything outlives the call.
void addAutogenChat(const JsonRecord& document,
                    const std::vector<PlacedJson>& messages,
                    TraceBuilder& builder,
                    StepPayloads& payloads,
                    ReportBatch& batch);

} // namespace tracestore
