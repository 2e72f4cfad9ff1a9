#pragma once

#include "tracestore/import/chat/chat_message.h"

namespace tracestore {

/// What mini-swe-agent adds to a message of the chat.
struct MiniSweMessage
{
    ChatMessage chat;
    std::optional<Timestamp> time; ///< when it was there
    std::optional<Timestamp> created; ///< when the provider began the answer, to the second
    std::string model;
    std::string responseId;
    std::optional<TokenUsage> usage;
    std::optional<Cost> cost;
    std::optional<RawRef> extra;
    bool isTextCall = false; ///< the command stands in a block of the text
};

/// Reads a message; `provider` is that of the run's model. Fails where it is no JSON.
Result<MiniSweMessage> miniSweMessageOf(const PlacedJson& source, std::string_view provider);

/// The message of a user or tool as what the last command gave, with its return code.
ChatResult miniSweResultOf(const PlacedJson& source, const ChatMessage& chat);

/// Adds to a model call what stands in `extra`: finish reasons, and all that has no place else.
Result<void> readMiniSweExtra(const nlohmann::json& piece, SpanDetail& to);

/// The command in the first fenced block of a text; nothing where there is none.
std::optional<std::string> fencedCommand(std::string_view text);

} // namespace tracestore
