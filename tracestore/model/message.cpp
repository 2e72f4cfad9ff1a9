#include "tracestore/model/message.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::array<std::string_view, 5> kRoleWords {
        "system", "user", "assistant", "tool", "other"};

    void setIfAny(json& object, const char* key, const std::string& value)
    {
        if (!value.empty())
            object[key] = value;
    }

    struct PartWriter
    {
        json operator()(const TextPart& part) const
        {
            return {{"type", "text"}, {"text", part.text}};
        }

        json operator()(const ReasoningPart& part) const
        {
            json object {{"type", "reasoning"}, {"text", part.text}};
            setIfAny(object, "signature", part.signature);
            if (part.isEncrypted)
                object["encrypted"] = true;
            return object;
        }

        json operator()(const ToolCallPart& part) const
        {
            return {{"type", "tool_call"},
                    {"id", part.id},
                    {"name", part.name},
                    {"arguments", part.arguments}};
        }

        json operator()(const ToolResultPart& part) const
        {
            json object {
                {"type", "tool_result"}, {"call_id", part.callId}, {"content", part.content}};
            if (part.isError)
                object["is_error"] = true;
            return object;
        }

        json operator()(const MediaPart& part) const
        {
            json object {{"type", "media"}};
            setIfAny(object, "mime_type", part.mimeType);
            setIfAny(object, "reference", part.reference);
            setIfAny(object, "data", part.data);
            return object;
        }

        json operator()(const OtherPart& part) const
        {
            return {{"type", "other"}, {"orig_type", part.type}, {"json", part.json}};
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
    json object {{"role", toWord(message.role)}, {"parts", json::array()}};
    setIfAny(object, "orig_role", message.origRole);
    setIfAny(object, "name", message.name);
    setIfAny(object, "finish_reason", message.finishReason);
    for (const MessagePart& part : message.parts)
        object["parts"].push_back(std::visit(PartWriter(), part));
    return toJsonText(object);
}

Result<Message> messageFromJson(std::string_view jsonText)
{
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
