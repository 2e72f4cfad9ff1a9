#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// Messages as the chat APIs and the tracing conventions write them, told apart by their shape:
// GenAI parts, OpenAI chat and responses, Anthropic content blocks, Gemini contents, Vercel AI.

/// The role of a source's word (`human`, `model`, `developer`); Other for one that is not known.
Role roleOf(std::string_view word);

/// Sets the role, and keeps the word where it is not that of the role.
void setRole(Message& message, std::string_view word);

/// One message. A value without a role (a list of parts, a text) takes `role`.
Message messageOf(const nlohmann::json& value, Role role);

/// A list of messages, or one: also within `messages`, `contents`, `input` or `choices`, with
/// `system`, `instructions`, `prompt` before them. Empty where the value is nothing of the sort.
std::vector<Message> messagesOf(const nlohmann::json& value, Role role);

} // namespace tracestore
