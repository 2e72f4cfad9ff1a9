#include "tracestore/import/messages/message_json.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_part_json.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

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

    /// LangChain's serializer writes {"lc", "type": "constructor", "id": [..., class], "kwargs"}.
    const json* constructedMessage(const json& value)
    {
        const json* kwargs = memberOf(value, "lc") ? memberOf(value, "kwargs") : nullptr;
        return kwargs != nullptr && kwargs->is_object() ? kwargs : nullptr;
    }

    Role constructedRole(const json& value, Role role)
    {
        static constexpr std::pair<std::string_view, Role> kClasses[] = {
            {"Human", Role::User},
            {"AI", Role::Assistant},
            {"System", Role::System},
            {"Tool", Role::Tool},
            {"Function", Role::Tool},
        };
        const json* path = memberOf(value, "id");
        if (path == nullptr || !path->is_array() || path->empty() || !path->back().is_string())
            return role;
        const std::string& name = path->back().get_ref<const std::string&>();
        for (const auto& [prefix, known] : kClasses) {
            if (name.starts_with(prefix))
                return known;
        }
        return role;
    }

    /// Some streams leave the last chunk where its reason should stand; LangChain has it aside.
    std::string finishReasonOf(const json& value)
    {
        const json* reason = anyMemberOf(value, {"finish_reason", "finishReason", "stop_reason"});
        for (const std::string_view aside : {"response_metadata", "generation_info"}) {
            const json* holder = reason == nullptr ? memberOf(value, aside) : nullptr;
            if (holder != nullptr)
                reason = anyMemberOf(*holder, {"finish_reason", "stop_reason"});
        }
        if (reason != nullptr && reason->is_object())
            reason = memberOf(*reason, "finish_reason");
        return plainTextOf(reason);
    }

    /// The ids of the calls that stand in the content of a message.
    std::set<std::string> callIdsOf(const Message& message)
    {
        std::set<std::string> ids;
        for (const MessagePart& part : message.parts) {
            if (const auto* call = std::get_if<ToolCallPart>(&part))
                ids.insert(call->id);
        }
        return ids;
    }

    /// The calls beside the content of a message; LangChain repeats those that stand in it.
    void addToolCalls(Message& message, const json& value)
    {
        const json* calls = anyMemberOf(value, {"tool_calls", "toolCalls"});
        if (calls == nullptr || calls->empty()) {
            const json* more = memberOf(value, "additional_kwargs");
            calls = more == nullptr ? nullptr : memberOf(*more, "tool_calls");
        }
        if (calls == nullptr || !calls->is_array())
            return;
        const std::set<std::string> known = callIdsOf(message);
        for (const json& one : *calls) {
            MessagePart part = toolCallPartOf(one);
            const auto* call = std::get_if<ToolCallPart>(&part);
            const bool isKnown = call != nullptr && !call->id.empty() && known.contains(call->id);
            if (!isKnown)
                message.parts.push_back(std::move(part));
        }
    }

    /// Koog lets the tool say what the model asked of it.
    void giveCallsToTheAssistant(Message& message)
    {
        const bool isOnlyCalls
            = !message.parts.empty() && std::ranges::all_of(message.parts, [](const auto& part) {
                  return std::holds_alternative<ToolCallPart>(part);
              });
        if (message.role != Role::Tool || !isOnlyCalls)
            return;
        if (message.origRole.empty())
            message.origRole = toWord(message.role);
        message.role = Role::Assistant;
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
        const json* list = anyMemberOf(value,
                                       {"messages",
                                        "contents",
                                        "choices",
                                        "candidates",
                                        "generations",
                                        "input",
                                        "prompt",
                                        "prompts",
                                        "output"});
        if (list == nullptr)
            return messages;
        addInstructions(messages, value);
        if (list->is_string() || list->is_array() || list->is_object())
            for (Message& message : messagesOf(*list, role))
                messages.push_back(std::move(message));
        return messages;
    }

    /// An answer of a chat API, which holds messages and is none.
    bool isAnswer(const json& value)
    {
        return value.is_object() && !memberOf(value, "role") && !memberOf(value, "message")
            && anyMemberOf(value, {"choices", "candidates", "generations"});
    }

    bool isMessage(const json& value)
    {
        return value.is_object()
            && (memberOf(value, "role") || isShareGpt(value) || memberOf(value, "parts")
                || memberOf(value, "message")
                || (memberOf(value, "content") && !memberOf(value, "messages")) || isItem(value)
                || memberOf(value, "text") || constructedMessage(value) != nullptr);
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
        {"AIMessageChunk", Role::Assistant},
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
        if (std::string reason = finishReasonOf(value); !reason.empty())
            message.finishReason = std::move(reason);
        return message;
    }
    if (const json* constructed = constructedMessage(value))
        return messageOf(*constructed, constructedRole(value, role));
    if (const json* data = memberOf(value, "data"); data != nullptr && memberOf(*data, "content")
        && roleOf(plainTextOf(value, {"type"})) != Role::Other)
        return messageOf(*data, roleOf(plainTextOf(value, {"type"})));
    if (isItem(value))
        return itemMessage(value, role);
    if (const json* word = anyMemberOf(value, {"role", "type"}); word != nullptr
        && word->is_string()
        && (memberOf(value, "role") || roleOf(word->get_ref<const std::string&>()) != Role::Other))
        setRole(message, word->get_ref<const std::string&>());
    message.name = plainTextOf(value, {"name"});
    message.finishReason = finishReasonOf(value);
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
    addToolCalls(message, value);
    if (const json* call = memberOf(value, "function_call"); call != nullptr && call->is_object())
        message.parts.push_back(toolCallPartOf(*call));
    giveCallsToTheAssistant(message);
    return message;
}

bool isMessageLike(const json& value)
{
    if (!value.is_object())
        return false;
    return memberOf(value, "role") || isShareGpt(value) || isItem(value) || isAnswer(value)
        || constructedMessage(value) != nullptr
        || (anyMemberOf(value, {"content", "data"})
            && roleOf(plainTextOf(value, {"type"})) != Role::Other);
}

std::vector<Message> messagesOf(const json& value, Role role)
{
    std::vector<Message> messages;
    if (value.is_array()) {
        for (const json& item : value) {
            if (isAnswer(item)) {
                std::ranges::move(bodyMessages(item, role), std::back_inserter(messages));
                continue;
            }
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
