#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// Readers for StepPayloads of what events of OpenHands hold. Version 0:

/// A message of the system, the user or the agent (`args.content`, else `message`).
Result<void> readOpenHandsMessage(const nlohmann::json& event, std::vector<Message>& to);

/// What the agent thought before an action of which no answer of a model is kept.
Result<void> readOpenHandsThought(const nlohmann::json& event, std::vector<Message>& to);

/// An observation as a message of a tool.
Result<void> readOpenHandsResult(const nlohmann::json& event, std::vector<Message>& to);

/// An observation as what a tool gave.
Result<void> readOpenHandsToolResult(const nlohmann::json& event, SpanDetail& to);

/// The summary that a condensation leaves.
Result<void> readOpenHandsSummary(const nlohmann::json& event, std::vector<Message>& to);

/// What an event says besides its content.
Result<void> readOpenHandsFacts(const nlohmann::json& event, SpanDetail& to);

/// The tools of a system event.
Result<void> readOpenHandsTools(const nlohmann::json& tools, SpanDetail& to);

// Version 1:

/// The answer of a model as an action event tells of it; the events of one answer are one message.
Result<void> readOpenHandsAnswer(const nlohmann::json& event, std::vector<Message>& to);

/// The same, always a message of its own.
Result<void> readOpenHandsAction(const nlohmann::json& event, std::vector<Message>& to);

/// An observation, an error or a rejection as a message of a tool, and as what a tool gave.
Result<void> readOpenHandsObservation(const nlohmann::json& event, std::vector<Message>& to);
Result<void> readOpenHandsToolObservation(const nlohmann::json& event, SpanDetail& to);

/// `system_prompt` of an event.
Result<void> readOpenHandsPrompt(const nlohmann::json& event, std::vector<Message>& to);

} // namespace tracestore
