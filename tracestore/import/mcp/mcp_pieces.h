#pragma once

#include "tracestore/base/result.h"
#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// What the records of an MCP log say of a step; for StepPayloads.

/// Arguments of a tool, messages for a model that a server asks for, everything else as attributes.
Result<void> readMcpRequest(const nlohmann::json& record, SpanDetail& to);

/// The result of a tool, tools that are offered, what a model answered.
Result<void> readMcpResponse(const nlohmann::json& record, SpanDetail& to);

/// Something that happened meanwhile: progress, a wish to cancel.
Result<void> readMcpEvent(const nlohmann::json& record, SpanDetail& to);

} // namespace tracestore
