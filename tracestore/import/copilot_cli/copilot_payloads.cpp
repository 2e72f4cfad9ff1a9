#include "tracestore/import/copilot_cli/copilot_payloads.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    const json& dataOf(const json& event)
    {
        const json* data = memberOf(event, "data");
        return data == nullptr ? event : *data;
    }

    Message textMessage(Role role, std::string text)
    {
        Message message {.role = role};
        message.parts.emplace_back(TextPart {std::move(text)});
        return message;
    }

    void append(Message message, std::vector<Message>& to)
    {
        const bool goesOn = !to.empty() && to.back().role == Role::Assistant;
        if (goesOn)
            std::ranges::move(message.parts, std::back_inserter(to.back().parts));
        else
            to.push_back(std::move(message));
    }

    std::string contentOf(const json& data)
    {
        const json* result = memberOf(data, "result");
        if (result == nullptr || !result->is_object())
            return plainTextOf(result);
        return plainTextOf(*result, {"content", "detailedContent"});
    }

} // namespace

Result<void> readCopilotUser(const json& event, std::vector<Message>& to)
{
    const json& data = dataOf(event);
    Message message = textMessage(Role::User, plainTextOf(data, {"content"}));
    if (const json* files = memberOf(data, "attachments"); files != nullptr && files->is_array()) {
        for (const json& file : *files)
            message.parts.emplace_back(
                MediaPart {.mimeType = {}, .reference = plainTextOf(file, {"path"}), .data = {}});
    }
    to.push_back(std::move(message));
    return {};
}

Result<void> readCopilotSystem(const json& event, std::vector<Message>& to)
{
    to.push_back(textMessage(Role::System, plainTextOf(dataOf(event), {"content"})));
    return {};
}

Result<void> readCopilotAnswer(const json& event, std::vector<Message>& to)
{
    const json& data = dataOf(event);
    Message message {.role = Role::Assistant};
    const std::string thought = plainTextOf(data, {"reasoningText"});
    const bool isHidden
        = thought.empty() && anyMemberOf(data, {"reasoningOpaque", "encryptedContent"}) != nullptr;
    if (!thought.empty() || isHidden)
        message.parts.emplace_back(
            ReasoningPart {.text = thought, .signature = {}, .isEncrypted = isHidden});
    if (std::string text = plainTextOf(data, {"content"}); !text.empty())
        message.parts.emplace_back(TextPart {std::move(text)});
    if (const json* requests = memberOf(data, "toolRequests");
        requests != nullptr && requests->is_array()) {
        for (const json& request : *requests)
            message.parts.emplace_back(ToolCallPart {plainTextOf(request, {"toolCallId"}),
                                                     plainTextOf(request, {"name"}),
                                                     plainTextOf(request, {"arguments"})});
    }
    append(std::move(message), to);
    return {};
}

Result<void> readCopilotReasoning(const json& event, std::vector<Message>& to)
{
    Message message {.role = Role::Assistant};
    message.parts.emplace_back(
        ReasoningPart {.text = plainTextOf(dataOf(event), {"content"}), .signature = {}});
    append(std::move(message), to);
    return {};
}

Result<void> readCopilotResultMessage(const json& event, std::vector<Message>& to)
{
    const json& data = dataOf(event);
    const json* success = memberOf(data, "success");
    Message message {.role = Role::Tool};
    message.parts.emplace_back(
        ToolResultPart {plainTextOf(data, {"toolCallId"}),
                        contentOf(data),
                        success != nullptr && success->is_boolean() && !success->get<bool>()});
    to.push_back(std::move(message));
    return {};
}

Result<void> readCopilotRequest(const json& request, SpanDetail& to)
{
    to.toolArguments = plainTextOf(request, {"arguments"});
    to.toolDescription = plainTextOf(request, {"intentionSummary", "toolTitle"});
    return {};
}

Result<void> readCopilotStart(const json& event, SpanDetail& to)
{
    if (to.toolArguments.empty())
        to.toolArguments = plainTextOf(dataOf(event), {"arguments"});
    return {};
}

Result<void> readCopilotResult(const json& event, SpanDetail& to)
{
    to.toolResult = contentOf(dataOf(event));
    return readCopilotAttributes(event, to);
}

Result<void> readCopilotError(const json& event, SpanDetail& to)
{
    to.errorStack = plainTextOf(dataOf(event), {"stack"});
    return readCopilotAttributes(event, to);
}

Result<void> readCopilotAttributes(const json& event, SpanDetail& to)
{
    const json& data = dataOf(event);
    if (!data.is_object())
        return {};
    for (const auto& [key, value] : data.items()) {
        const bool isShown = key == "content" || key == "toolRequests" || key == "result"
            || key == "arguments" || key == "stack" || key == "reasoningText";
        if (!isShown && !value.is_null())
            to.attributes.push_back({key, toJsonText(value)});
    }
    return {};
}

} // namespace tracestore
