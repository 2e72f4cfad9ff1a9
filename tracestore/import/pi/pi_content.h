#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

// Readers for StepPayloads of what the entries of a pi session hold.

/// A `message`, of any role.
Result<void> readPiMessage(const nlohmann::json& message, std::vector<Message>& to);

/// A list of such messages.
Result<void> readPiMessages(const nlohmann::json& messages, std::vector<Message>& to);

/// An entry with a `summary` or `content` of its own: compaction, branch_summary, custom_message.
Result<void> readPiEntry(const nlohmann::json& entry, std::vector<Message>& to);

/// The message of a tool's result as what the tool gave.
Result<void> readPiToolResult(const nlohmann::json& message, SpanDetail& to);

/// A block `tool_result` of a user's message (Droid).
Result<void> readPiResultBlock(const nlohmann::json& block, SpanDetail& to);

/// What an entry says besides its message and content.
Result<void> readPiFacts(const nlohmann::json& entry, SpanDetail& to);

} // namespace tracestore
