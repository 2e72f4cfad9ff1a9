#include "tracestore/import/chat/chat_shape.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Whether the array at which a scan stands begins with a message.
    bool holdsMessages(JsonScan& scan)
    {
        return scan.enter() && scan.next() && scan.type() == JsonScan::Type::Object
            && isMessageKeys(readKeys(scan));
    }

} // namespace

bool isMessageKeys(const std::vector<std::string_view>& keys)
{
    const auto has
        = [&](std::string_view key) { return std::ranges::find(keys, key) != keys.end(); };
    if (has("from") && has("value"))
        return true;
    return has("role")
        && (has("content") || has("tool_calls") || has("parts") || has("function_call"));
}

std::vector<std::string_view> readKeys(JsonScan& scan)
{
    std::vector<std::string_view> keys;
    if (scan.type() != JsonScan::Type::Object || !scan.enter())
        return keys;
    while (scan.next())
        keys.push_back(scan.key());
    return keys;
}

ChatShape chatShapeOf(std::string_view text)
{
    JsonScan scan(text, [](const JsonDamage&) {});
    if (!scan.nextDocument() || scan.type() != JsonScan::Type::Object || !scan.enter())
        return ChatShape::None;
    std::vector<std::string_view> keys;
    while (scan.next()) {
        keys.push_back(scan.key());
        if (isMessageKeys(keys))
            return ChatShape::Message;
        if (scan.type() == JsonScan::Type::Array
            && std::ranges::find(kChatLists, scan.key()) != kChatLists.end())
            return holdsMessages(scan) ? ChatShape::Conversation : ChatShape::None;
    }
    return ChatShape::None;
}

} // namespace tracestore
