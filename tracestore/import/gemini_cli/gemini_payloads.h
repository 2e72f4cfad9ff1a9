#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// What the messages of a chat hold for the eye, read when somebody looks.

/// What the user wrote, or what the model thought, said and called.
Result<void> readGeminiMessage(const nlohmann::json& message, std::vector<Message>& to);

/// What the tools gave that a message of the model called.
Result<void> readGeminiResults(const nlohmann::json& message, std::vector<Message>& to);

/// A call of a tool with its result.
Result<void> readGeminiCall(const nlohmann::json& call, SpanDetail& to);

} // namespace tracestore
