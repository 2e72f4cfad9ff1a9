#pragma once

#include "tracestore/import/reading/json_record.h"

namespace tracestore {

/// What an Inspect log says of the evaluation as a whole. What it does not say is empty.
struct InspectHeader
{
    std::string task;
    std::string model;
    std::string evalId;
    std::string runId;
    std::string created;
    std::string version; ///< of inspect_ai
    std::string commit;
    std::string status; ///< started, success, cancelled, error
    std::string error; ///< why the evaluation failed as a whole
    std::optional<double> epochs;
    std::optional<double> declaredSamples;
};

/// Reads the members of an EvalLog, or of the start of one that has not ended.
InspectHeader inspectHeaderOf(const JsonRecord& log);

} // namespace tracestore
