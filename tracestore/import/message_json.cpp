#include "tracestore/import/message_json.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    const json* member(const json& object, std::string_view key)
    {
        if (!object.is_object())
            return nullptr;
        const auto found = object.find(key);
        return found == object.end() || found->is_null() ? nullptr : &*found;
    }

    /// The first of some members that is there and not null.
    const json* anyMember(const json& object, std::initializer_list<std::string_view> keys)
    {
        for (const std::string_view key : keys) {
            if (const json* found = member(object, key))
                return found;
        }
        return nullptr;
    }

    /// A text as it is, anything else as JSON; empty where there is nothing.
    std::string plain(const json* value)
    {
        if (value == nullptr)
            return {};
        return value->is_string() ? value->get<std::string>() : toJsonText(*value);
    }

    std::string plain(const json& object, std::initializer_list<std::string_view> keys)
    {
        return plain(anyMember(object, keys));
    }

    bool flag(const json& object, std::string_view key)
    {
        const json* value = member(object, key);
        return value != nullptr && value->is_boolean() && value->get<bool>();
    }

    MessagePart otherPart(const json& value)
    {
        return OtherPart {plain(value, {"type"}), toJsonText(value)};
    }

    MessagePart textPart(const json& value)
    {
        const json* text = anyMember(value, {"text", "content", "refusal"});
        return text != nullptr && text->is_string()
            ? MessagePart(TextPart {text->get<std::string>()})
            : otherPart(value);
    }

    MessagePart reasoningPart(const json& value)
    {
        ReasoningPart part {.text = plain(value, {"text", "content", "thinking"}),
                            .signature = plain(value, {"signature"})};
        if (const json* summary = member(value, "summary");
            summary != nullptr && part.text.empty()) {
            for (const json& line : *summary)
                part.text += (part.text.empty() ? "" : "\n") + plain(line, {"text"});
        }
        part.isEncrypted
            = part.text.empty() && anyMember(value, {"data", "encrypted_content", "signature"});
        return part;
    }

    MessagePart toolCallPart(const json& value)
    {
        if (const json* inner = member(value, "tool_call")) // OpenInference
            return toolCallPart(*inner);
        const json* function = member(value, "function");
        const json& call = function != nullptr ? *function : value;
        return ToolCallPart {.id = plain(value, {"call_id", "toolCallId", "tool_call_id", "id"}),
                             .name = plain(call, {"name", "toolName"}),
                             .arguments
                             = plain(call, {"arguments", "input", "args", "server_tool_call"})};
    }

    /// Vercel AI says beside a result whether it is a text or JSON.
    const json* withoutWrapper(const json* result)
    {
        if (result == nullptr || result->size() != 2 || !member(*result, "type"))
            return result;
        const json* value = member(*result, "value");
        return value == nullptr ? result : value;
    }

    MessagePart toolResultPart(const json& value)
    {
        return ToolResultPart {
            .callId = plain(value, {"tool_use_id", "call_id", "toolCallId", "tool_call_id", "id"}),
            .content = plain(withoutWrapper(anyMember(
                value, {"response", "result", "content", "output", "server_tool_call_response"}))),
            .isError = flag(value, "is_error") || flag(value, "isError")};
    }

    MessagePart geminiCallPart(const json& value)
    {
        const json& call = *anyMember(value, {"functionCall", "function_call"});
        return ToolCallPart {plain(call, {"id"}), plain(call, {"name"}), plain(call, {"args"})};
    }

    MessagePart geminiResultPart(const json& value)
    {
        const json& result = *anyMember(value, {"functionResponse", "function_response"});
        return ToolResultPart {.callId = plain(result, {"id", "name"}),
                               .content = plain(result, {"response"})};
    }

    /// `data:image/png;base64,AAAA` as type and data; anything else is a reference.
    MediaPart mediaOf(std::string address, std::string mimeType)
    {
        constexpr std::string_view kBase64 = ";base64,";
        const std::size_t mark = address.find(kBase64);
        if (!address.starts_with("data:") || mark == std::string::npos)
            return {.mimeType = std::move(mimeType), .reference = std::move(address)};
        return {.mimeType = address.substr(5, mark - 5),
                .data = address.substr(mark + kBase64.size())};
    }

    MessagePart mediaPart(const json& value)
    {
        std::string mime = plain(value, {"mime_type", "mimeType", "mediaType", "media_type"});
        for (const std::string_view holder : {"image_url",
                                              "image",
                                              "source",
                                              "inlineData",
                                              "inline_data",
                                              "fileData",
                                              "file",
                                              "input_audio"}) {
            if (const json* inner = member(value, holder); inner != nullptr && inner->is_object()) {
                return mediaPart(*inner);
            }
        }
        if (const json* address = anyMember(value, {"url", "uri", "fileUri", "image_url", "image"}))
            return mediaOf(plain(address), std::move(mime));
        if (const json* data = anyMember(value, {"data", "content", "file_data"}))
            return plain(data).starts_with("data:")
                ? mediaOf(plain(data), std::move(mime))
                : MediaPart {.mimeType = mime, .data = plain(data)};
        if (const json* id = anyMember(value, {"file_id", "fileId", "id"}))
            return MediaPart {.mimeType = mime, .reference = plain(id)};
        return otherPart(value);
    }

    struct PartReader
    {
        std::string_view type;
        MessagePart (*read)(const json&);
    };

    constexpr PartReader kPartReaders[] = {
        {"text", textPart},
        {"input_text", textPart},
        {"output_text", textPart},
        {"refusal", textPart},
        {"reasoning", reasoningPart},
        {"thinking", reasoningPart},
        {"redacted_thinking", reasoningPart},
        {"tool_call", toolCallPart},
        {"tool-call", toolCallPart},
        {"tool_use", toolCallPart},
        {"server_tool_use", toolCallPart},
        {"server_tool_call", toolCallPart},
        {"function", toolCallPart},
        {"function_call", toolCallPart},
        {"custom_tool_call", toolCallPart},
        {"tool_call_response", toolResultPart},
        {"server_tool_call_response", toolResultPart},
        {"tool-result", toolResultPart},
        {"tool_result", toolResultPart},
        {"function_call_output", toolResultPart},
        {"image", mediaPart},
        {"image_url", mediaPart},
        {"input_image", mediaPart},
        {"input_file", mediaPart},
        {"input_audio", mediaPart},
        {"audio", mediaPart},
        {"file", mediaPart},
        {"blob", mediaPart},
        {"uri", mediaPart},
        {"media", mediaPart},
    };

    bool isPartType(std::string_view type)
    {
        return std::ranges::find(kPartReaders, type, &PartReader::type) != std::end(kPartReaders);
    }

    void addContent(Message& message, const json& content)
    {
        if (content.is_string()) {
            if (!content.get_ref<const std::string&>().empty())
                message.parts.emplace_back(TextPart {content.get<std::string>()});
        } else if (content.is_array()) {
            for (const json& part : content)
                message.parts.push_back(partOf(part));
        } else if (!content.is_null()) {
            message.parts.push_back(partOf(content));
        }
    }

    /// OpenAI's shape of a tool message: the whole content is the result.
    bool isToolMessage(const Message& message, const json& value)
    {
        return message.role == Role::Tool
            && (anyMember(value, {"tool_call_id", "call_id"})
                || (member(value, "content") && member(value, "content")->is_string()));
    }

    /// An item that is a message of its own for what its type says (OpenAI responses).
    bool isItem(const json& value)
    {
        const json* type = member(value, "type");
        return type != nullptr && type->is_string() && !member(value, "role")
            && isPartType(type->get_ref<const std::string&>());
    }

    Message itemMessage(const json& value, Role role)
    {
        Message message {.role = role};
        message.parts.push_back(partOf(value));
        if (std::holds_alternative<ToolResultPart>(message.parts.front()))
            message.role = Role::Tool;
        else if (!std::holds_alternative<TextPart>(message.parts.front())
                 && !std::holds_alternative<MediaPart>(message.parts.front()))
            message.role = Role::Assistant;
        return message;
    }

    void addInstructions(std::vector<Message>& messages, const json& value)
    {
        const json* system = anyMember(
            value, {"system", "instructions", "systemInstruction", "system_instruction"});
        if (system == nullptr)
            if (const json* config = member(value, "config"))
                system = anyMember(*config, {"system_instruction", "systemInstruction"});
        if (system == nullptr)
            return;
        Message message = messageOf(*system, Role::System);
        message.role = Role::System;
        message.origRole.clear();
        messages.push_back(std::move(message));
    }

    /// The messages of a request or response body.
    std::vector<Message> bodyMessages(const json& value, Role role)
    {
        std::vector<Message> messages;
        const json* list = anyMember(
            value, {"messages", "contents", "choices", "candidates", "input", "prompt", "output"});
        if (list == nullptr)
            return messages;
        addInstructions(messages, value);
        if (list->is_string() || list->is_array() || list->is_object())
            for (Message& message : messagesOf(*list, role))
                messages.push_back(std::move(message));
        return messages;
    }

    bool isMessage(const json& value)
    {
        return value.is_object()
            && (member(value, "role") || member(value, "parts") || member(value, "message")
                || (member(value, "content") && !member(value, "messages")) || isItem(value)
                || member(value, "text"));
    }

} // namespace

Role roleOf(std::string_view word)
{
    static constexpr std::pair<std::string_view, Role> kRoles[] = {
        {"system", Role::System},
        {"developer", Role::System},
        {"user", Role::User},
        {"human", Role::User},
        {"assistant", Role::Assistant},
        {"ai", Role::Assistant},
        {"model", Role::Assistant},
        {"tool", Role::Tool},
        {"function", Role::Tool},
    };
    for (const auto& [known, role] : kRoles) {
        if (known == word)
            return role;
    }
    return Role::Other;
}

void setRole(Message& message, std::string_view word)
{
    message.role = roleOf(word);
    message.origRole = toWord(message.role) == word ? std::string() : std::string(word);
}

MessagePart partOf(const json& value)
{
    if (value.is_string())
        return TextPart {value.get<std::string>()};
    if (!value.is_object())
        return otherPart(value);
    if (const json* inner = member(value, "message_content")) // OpenInference
        return partOf(*inner);
    const std::string type = plain(value, {"type"});
    for (const PartReader& reader : kPartReaders) {
        if (reader.type == type)
            return reader.read(value);
    }
    if (!type.empty())
        return otherPart(value);
    // Gemini's parts have no type.
    if (anyMember(value, {"functionCall", "function_call"}))
        return geminiCallPart(value);
    if (anyMember(value, {"functionResponse", "function_response"}))
        return geminiResultPart(value);
    if (anyMember(value, {"inlineData", "inline_data", "fileData"}))
        return mediaPart(value);
    if (flag(value, "thought"))
        return reasoningPart(value);
    if (anyMember(value, {"toolName"}))
        return toolCallPart(value);
    return textPart(value);
}

Message messageOf(const json& value, Role role)
{
    Message message {.role = role};
    if (!value.is_object()) {
        addContent(message, value);
        return message;
    }
    if (const json* inner = member(value, "message")) {
        message = messageOf(*inner, role);
        message.finishReason = plain(value, {"finish_reason", "finishReason"});
        return message;
    }
    if (isItem(value))
        return itemMessage(value, role);
    if (const json* word = anyMember(value, {"role", "type"}); word != nullptr && word->is_string()
        && (member(value, "role") || roleOf(word->get_ref<const std::string&>()) != Role::Other))
        setRole(message, word->get_ref<const std::string&>());
    message.name = plain(value, {"name"});
    message.finishReason = plain(value, {"finish_reason", "finishReason", "stop_reason"});
    if (const json* reasoning = anyMember(value, {"reasoning_content", "reasoning"});
        reasoning != nullptr && reasoning->is_string())
        message.parts.emplace_back(ReasoningPart {.text = reasoning->get<std::string>()});
    const json* content = anyMember(value, {"parts", "content", "contents", "text", "refusal"});
    if (content != nullptr && isToolMessage(message, value))
        message.parts.push_back(toolResultPart(value));
    else if (content != nullptr && content->is_object() && member(*content, "parts"))
        addContent(message, *member(*content, "parts"));
    else if (content != nullptr)
        addContent(message, *content);
    if (const json* calls = anyMember(value, {"tool_calls", "toolCalls"});
        calls != nullptr && calls->is_array()) {
        for (const json& call : *calls)
            message.parts.push_back(toolCallPart(call));
    }
    if (const json* call = member(value, "function_call"); call != nullptr && call->is_object())
        message.parts.push_back(toolCallPart(*call));
    return message;
}

std::vector<Message> messagesOf(const json& value, Role role)
{
    std::vector<Message> messages;
    if (value.is_array()) {
        for (const json& item : value) {
            // LangChain wraps the messages of a call into a list for each prompt.
            if (item.is_array()) {
                for (const json& inner : item)
                    messages.push_back(messageOf(inner, role));
            } else {
                messages.push_back(messageOf(item, role));
            }
        }
    } else if (value.is_string()) {
        messages.push_back(messageOf(value, role));
    } else if (isMessage(value)) {
        messages.push_back(messageOf(value, role));
    } else if (value.is_object()) {
        messages = bodyMessages(value, role);
    }
    return messages;
}

} // namespace tracestore
