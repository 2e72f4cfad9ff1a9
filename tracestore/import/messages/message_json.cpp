#include "tracestore/import/messages/message_json.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_part_json.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    using nlohmann::json;

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
            && (anyMemberOf(value, {"tool_call_id", "call_id"})
                || (memberOf(value, "content") && memberOf(value, "content")->is_string()));
    }

    /// An item that is a message of its own for what its type says (OpenAI responses).
    bool isItem(const json& value)
    {
        const json* type = memberOf(value, "type");
        return type != nullptr && type->is_string() && !memberOf(value, "role")
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

    bool isShareGpt(const json& value)
    {
        return memberOf(value, "from") && value.contains("value") && !memberOf(value, "role");
    }

    /// Who speaks and a text, which is JSON where it is a call.
    Message shareGptMessage(const json& value)
    {
        Message message;
        const std::string word = plainTextOf(value, {"from"});
        setRole(message, word);
        const std::string text = plainTextOf(value, {"value"});
        const auto call = word == "function_call" ? parseJson(text) : fail(ErrorCode::NotFound, {});
        if (call && memberOf(*call, "name"))
            message.parts.push_back(toolCallPartOf(*call));
        else if (message.role == Role::Tool)
            message.parts.emplace_back(ToolResultPart {.content = text});
        else if (!text.empty())
            message.parts.emplace_back(TextPart {text});
        return message;
    }

    void addInstructions(std::vector<Message>& messages, const json& value)
    {
        const json* system = anyMemberOf(
            value, {"system", "instructions", "systemInstruction", "system_instruction"});
        if (system == nullptr)
            if (const json* config = memberOf(value, "config"))
                system = anyMemberOf(*config, {"system_instruction", "systemInstruction"});
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
        const json* list = anyMemberOf(
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
            && (memberOf(value, "role") || isShareGpt(value) || memberOf(value, "parts")
                || memberOf(value, "message")
                || (memberOf(value, "content") && !memberOf(value, "messages")) || isItem(value)
                || memberOf(value, "text"));
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
        {"gpt", Role::Assistant},
        {"chatgpt", Role::Assistant},
        {"bot", Role::Assistant},
        {"function_call", Role::Assistant},
        {"tool", Role::Tool},
        {"function", Role::Tool},
        {"function_response", Role::Tool},
        {"observation", Role::Tool},
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

Message messageOf(const json& value, Role role)
{
    Message message {.role = role};
    if (!value.is_object()) {
        addContent(message, value);
        return message;
    }
    if (isShareGpt(value))
        return shareGptMessage(value);
    if (const json* inner = memberOf(value, "message")) {
        message = messageOf(*inner, role);
        message.finishReason = plainTextOf(value, {"finish_reason", "finishReason", "stop_reason"});
        return message;
    }
    if (isItem(value))
        return itemMessage(value, role);
    if (const json* word = anyMemberOf(value, {"role", "type"}); word != nullptr
        && word->is_string()
        && (memberOf(value, "role") || roleOf(word->get_ref<const std::string&>()) != Role::Other))
        setRole(message, word->get_ref<const std::string&>());
    message.name = plainTextOf(value, {"name"});
    message.finishReason = plainTextOf(value, {"finish_reason", "finishReason", "stop_reason"});
    if (const json* reasoning = anyMemberOf(value, {"reasoning_content", "reasoning"});
        reasoning != nullptr && reasoning->is_string())
        message.parts.emplace_back(ReasoningPart {.text = reasoning->get<std::string>()});
    const json* content = anyMemberOf(value, {"parts", "content", "contents", "text", "refusal"});
    if (content != nullptr && isToolMessage(message, value))
        message.parts.push_back(toolResultPartOf(value));
    else if (content != nullptr && content->is_object() && memberOf(*content, "parts"))
        addContent(message, *memberOf(*content, "parts"));
    else if (content != nullptr)
        addContent(message, *content);
    if (const json* calls = anyMemberOf(value, {"tool_calls", "toolCalls"});
        calls != nullptr && calls->is_array()) {
        for (const json& call : *calls)
            message.parts.push_back(toolCallPartOf(call));
    }
    if (const json* call = memberOf(value, "function_call"); call != nullptr && call->is_object())
        message.parts.push_back(toolCallPartOf(*call));
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
