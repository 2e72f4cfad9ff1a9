#pragma once

#include "tracestore/base/json_scan.h"

#include <array>

namespace tracestore {

/// The members in which a document keeps its list of messages.
inline constexpr std::array<std::string_view, 4> kChatLists
    = {"messages", "traj", "conversations", "items"};

/// What an object of a file of conversations is, by its keys.
enum class ChatShape
{
    None,
    Message,
    Conversation, ///< has a list of messages
};

/// Whether the keys of an object are those of a message.
bool isMessageKeys(const std::vector<std::string_view>& keys);

/// The keys of the object at which a scan stands, which is passed over.
std::vector<std::string_view> readKeys(JsonScan& scan);

/// What the object at the beginning of a text is. Looks no further than it needs.
ChatShape chatShapeOf(std::string_view text);

} // namespace tracestore
