#include "tracestore/import/openhands/openhands_content.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/messages/message_part_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/step_payloads.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    using nlohmann::json;

    const json* inner(const json& value, std::string_view key, std::string_view innerKey)
    {
        const json* outer = memberOf(value, key);
        return outer == nullptr ? nullptr : memberOf(*outer, innerKey);
    }

    void addText(const json* text, Message& to)
    {
        if (std::string words = plainTextOf(text); !words.empty())
            to.parts.emplace_back(TextPart {std::move(words)});
    }

    Role roleOfSource(const json& event)
    {
        const std::string action = plainTextOf(event, {"action"});
        if (action == "system")
            return Role::System;
        return plainTextOf(event, {"source"}) == "user" ? Role::User : Role::Assistant;
    }

    /// `content` of an observation of version 1: the text itself, or parts.
    const json* observedOf(const json& event)
    {
        const json* observation = memberOf(event, "observation");
        if (observation == nullptr)
            return anyMemberOf(event, {"error", "rejection_reason"});
        const json* content = anyMemberOf(*observation, {"content", "output"});
        return content == nullptr ? observation : content;
    }

    void addAction(const json& event, Message& message)
    {
        if (const json* reasoning = memberOf(event, "reasoning_content"))
            message.parts.emplace_back(ReasoningPart {.text = plainTextOf(reasoning)});
        for (const std::string_view key : {"thinking_blocks", "thought"}) {
            const json* parts = memberOf(event, key);
            if (parts != nullptr && !parts->empty())
                std::ranges::move(messageOf(*parts, Role::Assistant).parts,
                                  std::back_inserter(message.parts));
        }
        if (const json* call = memberOf(event, "tool_call"))
            message.parts.push_back(toolCallPartOf(*call));
    }

} // namespace

Result<void> readOpenHandsMessage(const json& event, std::vector<Message>& to)
{
    Message message {.role = roleOfSource(event)};
    const json* content = inner(event, "args", "content");
    addText(content != nullptr ? content : anyMemberOf(event, {"content", "message"}), message);
    if (const json* images = inner(event, "args", "image_urls");
        images != nullptr && images->is_array()) {
        for (const json& image : *images)
            message.parts.push_back(partOf({{"type", "image_url"}, {"image_url", image}}));
    }
    to.push_back(std::move(message));
    return {};
}

Result<void> readOpenHandsThought(const json& event, std::vector<Message>& to)
{
    Message message {.role = Role::Assistant};
    addText(inner(event, "args", "thought"), message);
    to.push_back(std::move(message));
    return {};
}

Result<void> readOpenHandsResult(const json& event, std::vector<Message>& to)
{
    Message message {.role = Role::Tool};
    message.parts.emplace_back(
        ToolResultPart {.callId = plainTextOf(inner(event, "tool_call_metadata", "tool_call_id")),
                        .content = plainTextOf(event, {"content", "message"}),
                        .isError = plainTextOf(event, {"observation"}) == "error"});
    to.push_back(std::move(message));
    return {};
}

Result<void> readOpenHandsToolResult(const json& event, SpanDetail& to)
{
    if (const json* content = anyMemberOf(event, {"content", "message"}))
        static_cast<void>(readToolResult(*content, to));
    for (const std::string_view key : {"extras", "success"}) {
        if (const json* value = memberOf(event, key))
            to.attributes.push_back({"observation." + std::string(key), toJsonText(*value)});
    }
    return {};
}

Result<void> readOpenHandsSummary(const json& event, std::vector<Message>& to)
{
    Message message {.role = Role::Assistant};
    const json* summary = inner(event, "args", "summary");
    addText(summary != nullptr ? summary : memberOf(event, "summary"), message);
    if (!message.parts.empty())
        to.push_back(std::move(message));
    return {};
}

Result<void> readOpenHandsFacts(const json& event, SpanDetail& to)
{
    if (!event.is_object())
        return {};
    // The answer of the model and the content are shown where they belong.
    for (const auto& [key, value] : event.items()) {
        if (key != "tool_call_metadata" && key != "content" && key != "llm_message"
            && key != "observation")
            to.attributes.push_back({key, toJsonText(value)});
    }
    return {};
}

Result<void> readOpenHandsTools(const json& tools, SpanDetail& to)
{
    to.toolDefinitions = toJsonText(tools);
    return {};
}

Result<void> readOpenHandsAnswer(const json& event, std::vector<Message>& to)
{
    if (to.empty())
        to.push_back({.role = Role::Assistant});
    addAction(event, to.back());
    return {};
}

Result<void> readOpenHandsAction(const json& event, std::vector<Message>& to)
{
    to.push_back({.role = Role::Assistant});
    addAction(event, to.back());
    return {};
}

Result<void> readOpenHandsObservation(const json& event, std::vector<Message>& to)
{
    SpanDetail detail;
    static_cast<void>(readOpenHandsToolObservation(event, detail));
    const json* observation = memberOf(event, "observation");
    Message message {.role = Role::Tool};
    message.parts.emplace_back(
        ToolResultPart {.callId = plainTextOf(event, {"tool_call_id"}),
                        .content = detail.toolResult,
                        .isError = observation == nullptr || flagOf(*observation, "is_error")});
    to.push_back(std::move(message));
    return {};
}

Result<void> readOpenHandsToolObservation(const json& event, SpanDetail& to)
{
    if (const json* observed = observedOf(event))
        static_cast<void>(readToolResult(*observed, to));
    const json* observation = memberOf(event, "observation");
    if (observation == nullptr || !observation->is_object())
        return {};
    for (const auto& [key, value] : observation->items()) {
        if (key != "content")
            to.attributes.push_back({"observation." + key, toJsonText(value)});
    }
    return {};
}

Result<void> readOpenHandsPrompt(const json& event, std::vector<Message>& to)
{
    const json* prompt = memberOf(event, "system_prompt");
    if (prompt != nullptr)
        to.push_back(messageOf(*prompt, Role::System));
    if (prompt != nullptr)
        to.back().role = Role::System;
    return {};
}

} // namespace tracestore
