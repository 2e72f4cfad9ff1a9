#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// Readers for StepPayloads of parts of messages of OpenCode.

/// A part of what the user said: the first begins the message, others go on with it.
Result<void> readOpenCodeUserPart(const nlohmann::json& part, std::vector<Message>& to);
Result<void> readOpenCodeNextUserPart(const nlohmann::json& part, std::vector<Message>& to);

/// A part of what the model answered: a tool is the call.
Result<void> readOpenCodeAnswer(const nlohmann::json& part, std::vector<Message>& to);

/// The same for a history: a tool that has ended is the call and its result.
Result<void> readOpenCodeTalk(const nlohmann::json& part, std::vector<Message>& to);

/// The title of a user's message of which no part is known.
Result<void> readOpenCodeTitle(const nlohmann::json& info, std::vector<Message>& to);

/// The `state` of a tool: its result and what else it says.
Result<void> readOpenCodeState(const nlohmann::json& state, SpanDetail& to);

/// Why a message ended, and what else it says.
Result<void> readOpenCodeInfo(const nlohmann::json& info, SpanDetail& to);

} // namespace tracestore
