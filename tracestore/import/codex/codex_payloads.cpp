#include "tracestore/import/codex/codex_payloads.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/step_payloads.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    const json& payloadOf(const json& record)
    {
        const json* payload = memberOf(record, "payload");
        return payload != nullptr && payload->is_object() ? *payload : record;
    }

    /// The item that an event says is completed, or the event itself.
    const json& eventOf(const json& record)
    {
        const json& payload = payloadOf(record);
        const json* item = memberOf(payload, "item");
        return item != nullptr && item->is_object() ? *item : payload;
    }

    /// What the model gave in one go is one message, though each part has a record.
    void append(Message message, std::vector<Message>& to)
    {
        const bool goesOn
            = message.role == Role::Assistant && !to.empty() && to.back().role == Role::Assistant;
        if (goesOn)
            std::ranges::move(message.parts, std::back_inserter(to.back().parts));
        else
            to.push_back(std::move(message));
    }

    std::string joined(const json* parts)
    {
        if (parts == nullptr || !parts->is_array())
            return plainTextOf(parts);
        std::string text;
        for (const json& part : *parts) {
            const std::string more
                = part.is_string() ? part.get<std::string>() : plainTextOf(part, {"text"});
            text += (text.empty() || more.empty() ? "" : "\n") + more;
        }
        return text;
    }

    void
    addAttributes(const json& from, std::initializer_list<std::string_view> without, SpanDetail& to)
    {
        if (!from.is_object())
            return;
        for (const auto& [key, value] : from.items()) {
            if (!value.is_null() && std::ranges::find(without, key) == without.end())
                to.attributes.push_back({key, toJsonText(value)});
        }
    }

    /// Older tools give JSON in a text: `{"output":"...","metadata":{...}}`.
    bool readWrapped(const std::string& text, SpanDetail& to)
    {
        if (!text.starts_with('{'))
            return false;
        const auto inner = parseJson(text);
        if (!inner || !inner->is_object() || !inner->contains("output") || inner->size() > 2)
            return false;
        to.toolResult = plainTextOf(*inner, {"output"});
        if (const json* metadata = memberOf(*inner, "metadata"))
            addAttributes(*metadata, {}, to);
        return true;
    }

    std::string resultOfEvent(const json& event)
    {
        if (const json* result = memberOf(event, "result");
            result != nullptr && result->is_object())
            return plainTextOf(anyMemberOf(*result, {"Ok", "Err"}) != nullptr
                                   ? anyMemberOf(*result, {"Ok", "Err"})
                                   : result);
        return plainTextOf(event,
                           {"aggregated_output",
                            "result",
                            "stdout",
                            "results",
                            "content_items",
                            "agent_statuses",
                            "status"});
    }

    std::string argumentsOfEvent(const json& event)
    {
        if (const json* call = memberOf(event, "invocation"))
            return plainTextOf(*call, {"arguments"});
        if (const json* arguments = memberOf(event, "arguments"))
            return plainTextOf(arguments);
        json arguments = json::object();
        for (const char* key : {"command", "cwd", "query", "action", "changes", "path", "prompt"}) {
            if (const json* value = memberOf(event, key))
                arguments[key] = *value;
        }
        return arguments.empty() ? std::string() : toJsonText(arguments);
    }

} // namespace

Result<void> readCodexItem(const json& record, std::vector<Message>& to)
{
    for (Message& message : messagesOf(payloadOf(record), Role::User))
        append(std::move(message), to);
    return {};
}

Result<void> readCodexUserEvent(const json& record, std::vector<Message>& to)
{
    const json& event = eventOf(record);
    const json* content = memberOf(event, "content");
    Message message = messageOf(
        content != nullptr ? *content : json(plainTextOf(event, {"message"})), Role::User);
    if (const json* images = memberOf(event, "images"); images != nullptr && images->is_array()) {
        for (const json& image : *images)
            message.parts.emplace_back(
                MediaPart {.mimeType = {}, .reference = plainTextOf(&image), .data = {}});
    }
    to.push_back(std::move(message));
    return {};
}

Result<void> readCodexAnswerEvent(const json& record, std::vector<Message>& to)
{
    const json& event = eventOf(record);
    append({.role = Role::Assistant,
            .origRole = {},
            .name = {},
            .finishReason = {},
            .parts = {TextPart {joined(anyMemberOf(event, {"message", "content", "text"}))}}},
           to);
    return {};
}

Result<void> readCodexReasoningEvent(const json& record, std::vector<Message>& to)
{
    const json& event = eventOf(record);
    append({.role = Role::Assistant,
            .origRole = {},
            .name = {},
            .finishReason = {},
            .parts = {ReasoningPart {
                .text = joined(anyMemberOf(event, {"text", "summary_text", "raw_content"})),
                .signature = {}}}},
           to);
    return {};
}

Result<void> readCodexInstructions(const json& record, std::vector<Message>& to)
{
    const json& meta = payloadOf(record);
    std::string text = plainTextOf(meta, {"instructions"});
    if (const json* base = memberOf(meta, "base_instructions"); text.empty() && base != nullptr)
        text = plainTextOf(*base, {"text"});
    to.push_back({.role = Role::System,
                  .origRole = {},
                  .name = {},
                  .finishReason = {},
                  .parts = {TextPart {std::move(text)}}});
    return {};
}

Result<void> readCodexCompacted(const json& record, std::vector<Message>& to)
{
    const json& compacted = payloadOf(record);
    if (const json* history = memberOf(compacted, "replacement_history");
        history != nullptr && history->is_array() && !history->empty()) {
        for (const json& item : *history) {
            for (Message& message : messagesOf(item, Role::User))
                append(std::move(message), to);
        }
        return {};
    }
    if (const std::string text = plainTextOf(compacted, {"message"}); !text.empty())
        to.push_back(messageOf(json(text), Role::User));
    return {};
}

Result<void> readCodexCall(const json& record, SpanDetail& to)
{
    const json& item = payloadOf(record);
    if (const json* arguments = anyMemberOf(item, {"arguments", "input", "action"}))
        to.toolArguments = plainTextOf(arguments);
    if (const json* result = memberOf(item, "result"))
        to.toolResult = plainTextOf(result);
    addAttributes(item, {"arguments", "input", "action", "type", "call_id", "result"}, to);
    return {};
}

Result<void> readCodexOutput(const json& record, SpanDetail& to)
{
    const json& item = payloadOf(record);
    const json* output = anyMemberOf(item, {"output", "result", "tools"});
    if (output == nullptr)
        return {};
    if (output->is_string() && readWrapped(output->get_ref<const std::string&>(), to))
        return {};
    // A single part stands for a list of one.
    return readToolResult(
        output->is_object() && memberOf(*output, "text") ? json::array({*output}) : *output, to);
}

Result<void> readCodexCallEvent(const json& record, SpanDetail& to)
{
    const json& event = eventOf(record);
    if (to.toolArguments.empty())
        to.toolArguments = argumentsOfEvent(event);
    if (to.toolResult.empty())
        to.toolResult = resultOfEvent(event);
    addAttributes(event,
                  {"type",
                   "call_id",
                   "arguments",
                   "invocation",
                   "result",
                   "aggregated_output",
                   "formatted_output"},
                  to);
    return {};
}

Result<void> readCodexAttributes(const json& record, SpanDetail& to)
{
    addAttributes(eventOf(record), {"type"}, to);
    return {};
}

Result<void> readCodexParameters(const json& record, SpanDetail& to)
{
    const json& context = payloadOf(record);
    for (const char* key :
         {"effort", "summary", "approval_policy", "sandbox_policy", "personality"}) {
        if (const json* value = memberOf(context, key))
            to.parameters.push_back({key, toJsonText(*value)});
    }
    return {};
}

Result<void> readCodexTools(const json& record, SpanDetail& to)
{
    if (const json* tools = memberOf(payloadOf(record), "dynamic_tools");
        tools != nullptr && tools->is_array() && !tools->empty())
        to.toolDefinitions = toJsonText(*tools);
    return {};
}

} // namespace tracestore
