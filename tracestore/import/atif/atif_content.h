#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// Readers for StepPayloads of what a trajectory holds.

/// A step as the message that it is: of the system, the user, or the agent with its calls.
Result<void> readAtifStep(const nlohmann::json& step, std::vector<Message>& to);

/// One result of an observation as a message of a tool.
Result<void> readAtifResult(const nlohmann::json& result, std::vector<Message>& to);

/// The same as what a tool gave.
Result<void> readAtifToolResult(const nlohmann::json& result, SpanDetail& to);

/// What a step says besides its messages: parameters, metrics and extras.
Result<void> readAtifExtras(const nlohmann::json& step, SpanDetail& to);

/// `tool_definitions` of the agent.
Result<void> readAtifTools(const nlohmann::json& tools, SpanDetail& to);

} // namespace tracestore
