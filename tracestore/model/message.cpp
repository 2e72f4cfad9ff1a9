#include "tracestore/model/message.h"

#include "tracestore/base/json_io.h"
#include "tracestore/model/canonical_message.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::array<std::string_view, 5> kRoleWords {
        "system", "user", "assistant", "tool", "other"};

    // Written by hand, since every message of every trace passes here. Members stand in the order
    // of their names, as those of a JSON value do: equal messages are equal texts.

    void append(std::string& to, std::string_view key, std::string_view value)
    {
        to += to.back() == '{' ? "\"" : ",\"";
        to.append(key).append("\":") += quoteJson(value);
    }

    void appendIfAny(std::string& to, std::string_view key, std::string_view value)
    {
        if (!value.empty())
            append(to, key, value);
    }

    void appendIfTrue(std::string& to, std::string_view key, bool value)
    {
        if (value)
            to.append(to.back() == '{' ? "\"" : ",\"").append(key).append("\":true");
    }

    struct PartWriter
    {
        std::string& to; ///< ends with the part's `{`

        void operator()(const TextPart& part) const
        {
            append(to, "text", part.text);
            append(to, "type", "text");
        }

        void operator()(const ReasoningPart& part) const
        {
            appendIfTrue(to, "encrypted", part.isEncrypted);
            appendIfAny(to, "signature", part.signature);
            append(to, "text", part.text);
            append(to, "type", "reasoning");
        }

        void operator()(const ToolCallPart& part) const
        {
            append(to, "arguments", part.arguments);
            append(to, "id", part.id);
            append(to, "name", part.name);
            append(to, "type", "tool_call");
        }

        void operator()(const ToolResultPart& part) const
        {
            append(to, "call_id", part.callId);
            append(to, "content", part.content);
            appendIfTrue(to, "is_error", part.isError);
            append(to, "type", "tool_result");
        }

        void operator()(const MediaPart& part) const
        {
            appendIfAny(to, "data", part.data);
            appendIfAny(to, "mime_type", part.mimeType);
            appendIfAny(to, "reference", part.reference);
            append(to, "type", "media");
        }

        void operator()(const OtherPart& part) const
        {
            append(to, "json", part.json);
            append(to, "orig_type", part.type);
            append(to, "type", "other");
        }
    };

    std::string text(const json& object, const char* key)
    {
        const auto found = object.find(key);
        return found != object.end() && found->is_string() ? found->get<std::string>()
                                                           : std::string();
    }

    bool flag(const json& object, const char* key)
    {
        const auto found = object.find(key);
        return found != object.end() && found->is_boolean() && found->get<bool>();
    }

    MessagePart readPart(const json& object)
    {
        const std::string type = text(object, "type");
        if (type == "text")
            return TextPart {text(object, "text")};
        if (type == "reasoning")
            return ReasoningPart {
                text(object, "text"), text(object, "signature"), flag(object, "encrypted")};
        if (type == "tool_call")
            return ToolCallPart {
                text(object, "id"), text(object, "name"), text(object, "arguments")};
        if (type == "tool_result")
            return ToolResultPart {
                text(object, "call_id"), text(object, "content"), flag(object, "is_error")};
        if (type == "media")
            return MediaPart {
                text(object, "mime_type"), text(object, "reference"), text(object, "data")};
        return OtherPart {text(object, "orig_type"), text(object, "json")};
    }

} // namespace

std::string_view toWord(Role role)
{
    return kRoleWords.at(static_cast<std::size_t>(role));
}

std::string toJson(const Message& message)
{
    std::string text;
    text.reserve(contentBytes(message) + 64 * (message.parts.size() + 1));
    text += '{';
    appendIfAny(text, "finish_reason", message.finishReason);
    appendIfAny(text, "name", message.name);
    appendIfAny(text, "orig_role", message.origRole);
    text += text.size() == 1 ? "\"parts\":[" : ",\"parts\":[";
    for (const MessagePart& part : message.parts) {
        text += text.back() == '[' ? "{" : ",{";
        std::visit(PartWriter {text}, part);
        text += '}';
    }
    text += ']';
    append(text, "role", toWord(message.role));
    return text += '}';
}

Result<Message> messageFromJson(std::string_view jsonText)
{
    if (auto message = canonicalMessage(jsonText))
        return *std::move(message);
    auto parsed = parseJson(jsonText);
    if (!parsed)
        return fail(std::move(parsed).error());
    const json& object = *parsed;
    if (!object.is_object())
        return fail(ErrorCode::Corrupt, "A stored message is not a JSON object.");
    Message message;
    const std::string role = text(object, "role");
    for (std::size_t i = 0; i < kRoleWords.size(); ++i) {
        if (kRoleWords.at(i) == role)
            message.role = static_cast<Role>(i);
    }
    message.origRole = text(object, "orig_role");
    message.name = text(object, "name");
    message.finishReason = text(object, "finish_reason");
    if (const auto parts = object.find("parts"); parts != object.end() && parts->is_array()) {
        for (const json& part : *parts) {
            if (part.is_object())
                message.parts.push_back(readPart(part));
        }
    }
    return message;
}

std::string plainText(const Message& message)
{
    std::string result;
    for (const MessagePart& part : message.parts) {
        if (const auto* textPart = std::get_if<TextPart>(&part)) {
            if (!result.empty())
                result += '\n';
            result += textPart->text;
        }
    }
    return result;
}

std::size_t contentBytes(const Message& message)
{
    struct PartBytes
    {
        std::size_t operator()(const TextPart& part) const { return part.text.size(); }

        std::size_t operator()(const ReasoningPart& part) const { return part.text.size(); }

        std::size_t operator()(const ToolCallPart& part) const
        {
            return part.name.size() + part.arguments.size();
        }

        std::size_t operator()(const ToolResultPart& part) const { return part.content.size(); }

        std::size_t operator()(const MediaPart& part) const { return part.data.size(); }

        std::size_t operator()(const OtherPart& part) const { return part.json.size(); }
    };

    std::size_t bytes = 0;
    for (const MessagePart& part : message.parts)
        bytes += std::visit(PartBytes {}, part);
    return bytes;
}

} // namespace tracestore
