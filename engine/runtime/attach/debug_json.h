#pragma once

#include "engine/debug/debug_order.h"
#include "engine/debug/debug_status.h"
#include "engine/runtime/engine_service.h"
#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

namespace engine {

// Orders to a run and what it tells, as JSON for a socket. What is read is checked: Invalid names
// the member that is not what it must be. Members that are not known are passed over.

nlohmann::json toJson(const DebugOrder& order);
tracestore::Result<DebugOrder> orderFromJson(const nlohmann::json& json);

/// All but the id, which every program gives itself.
nlohmann::json toJson(const RunStatus& status);
tracestore::Result<RunStatus> statusFromJson(const nlohmann::json& json);

nlohmann::json toJson(const StepInspection& step);
tracestore::Result<StepInspection> inspectionFromJson(const nlohmann::json& json);

nlohmann::json toJson(const Evaluation& value);
tracestore::Result<Evaluation> evaluationFromJson(const nlohmann::json& json);

nlohmann::json toJson(const DebugLine& line);
tracestore::Result<DebugLine> lineFromJson(const nlohmann::json& json);

} // namespace engine
