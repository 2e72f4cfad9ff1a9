#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// Messages as the chat APIs and the tracing conventions write them, told apart by their shape:
// GenAI parts, OpenAI chat and responses, Anthropic content blocks, Gemini contents, Vercel AI,
// LangChain (short, and as its serializer writes objects).

/// The role of a source's word (`human`, `model`, `developer`); Other for one that is not known.
Role roleOf(std::string_view word);

/// Sets the role, and keeps the word where it is not that of the role.
void setRole(Message& message, std::string_view word);

/// One message. A value without a role (a list of parts, a text) takes `role`.
Message messageOf(const nlohmann::json& value, Role role);

/// Whether a value says of itself that it is a message, an item of a conversation, or an answer
/// of a chat API; a text does not.
bool isMessageLike(const nlohmann::json& value);

/// A list of messages, or one: also within `messages`, `contents`, `input` or `choices`, with
/// `system`, `instructions`, `prompt` before them. Empty where the value is nothing of the sort.
std::vector<Message> messagesOf(const nlohmann::json& value, Role role);

} // namespace tracestore
