#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// What the events of a session hold for the eye, read when somebody looks.

Result<void> readCopilotUser(const nlohmann::json& event, std::vector<Message>& to);
Result<void> readCopilotSystem(const nlohmann::json& event, std::vector<Message>& to);
Result<void> readCopilotAnswer(const nlohmann::json& event, std::vector<Message>& to);
Result<void> readCopilotReasoning(const nlohmann::json& event, std::vector<Message>& to);

/// What a tool gave, as the model is sent it.
Result<void> readCopilotResultMessage(const nlohmann::json& event, std::vector<Message>& to);

/// The call of a tool as an answer asks for it, and as it began.
Result<void> readCopilotRequest(const nlohmann::json& request, SpanDetail& to);
Result<void> readCopilotStart(const nlohmann::json& event, SpanDetail& to);
Result<void> readCopilotResult(const nlohmann::json& event, SpanDetail& to);
Result<void> readCopilotError(const nlohmann::json& event, SpanDetail& to);

/// All that an event says but for its long texts.
Result<void> readCopilotAttributes(const nlohmann::json& event, SpanDetail& to);

} // namespace tracestore
