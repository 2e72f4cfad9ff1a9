#include "tracestore/import/cli_agents/kimi_code_payloads.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/step_payloads.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    const json& eventOf(const json& record)
    {
        const json* event = memberOf(record, "event");
        return event == nullptr ? record : *event;
    }

    void append(MessagePart part, std::vector<Message>& to)
    {
        if (to.empty() || to.back().role != Role::Assistant)
            to.push_back({.role = Role::Assistant,
                          .origRole = {},
                          .name = {},
                          .finishReason = {},
                          .parts = {}});
        to.back().parts.push_back(std::move(part));
    }

    std::string outputOf(const json& event)
    {
        const json* result = memberOf(event, "result");
        if (result == nullptr || !result->is_object())
            return plainTextOf(result);
        return plainTextOf(*result, {"output", "content"});
    }

} // namespace

Result<void> readKimiPrompt(const json& record, std::vector<Message>& to)
{
    if (const json* input = memberOf(record, "input"))
        to.push_back(messageOf(*input, Role::User));
    return {};
}

Result<void> readKimiAppended(const json& record, std::vector<Message>& to)
{
    if (const json* message = memberOf(record, "message"))
        return readMessages(*message, to);
    return {};
}

Result<void> readKimiSystemPrompt(const json& record, std::vector<Message>& to)
{
    Message message {.role = Role::System};
    message.parts.emplace_back(TextPart {plainTextOf(record, {"systemPrompt"})});
    to.push_back(std::move(message));
    return {};
}

Result<void> readKimiSummary(const json& record, std::vector<Message>& to)
{
    Message message {.role = Role::User};
    message.parts.emplace_back(TextPart {plainTextOf(record, {"summary"})});
    to.push_back(std::move(message));
    return {};
}

Result<void> readKimiPart(const json& record, std::vector<Message>& to)
{
    const json* part = memberOf(eventOf(record), "part");
    if (part == nullptr)
        return {};
    if (plainTextOf(*part, {"type"}) == "think")
        append(ReasoningPart {.text = plainTextOf(*part, {"think", "text"}), .signature = {}}, to);
    else
        for (Message& message : messagesOf(json::array({*part}), Role::Assistant))
            std::ranges::for_each(message.parts,
                                  [&](MessagePart& one) { append(std::move(one), to); });
    return {};
}

Result<void> readKimiCallPart(const json& record, std::vector<Message>& to)
{
    const json& event = eventOf(record);
    append(ToolCallPart {plainTextOf(event, {"toolCallId"}),
                         plainTextOf(event, {"name"}),
                         plainTextOf(event, {"args"})},
           to);
    return {};
}

Result<void> readKimiResultPart(const json& record, std::vector<Message>& to)
{
    const json& event = eventOf(record);
    Message message {.role = Role::Tool};
    message.parts.emplace_back(
        ToolResultPart {.callId = plainTextOf(event, {"toolCallId"}), .content = outputOf(event)});
    to.push_back(std::move(message));
    return {};
}

Result<void> readKimiCall(const json& record, SpanDetail& to)
{
    to.toolArguments = plainTextOf(eventOf(record), {"args"});
    return {};
}

Result<void> readKimiResult(const json& record, SpanDetail& to)
{
    to.toolResult = outputOf(eventOf(record));
    return {};
}

Result<void> readKimiRequest(const json& record, SpanDetail& to)
{
    if (!record.is_object())
        return {};
    for (const auto& [key, value] : record.items()) {
        if (key == "maxTokens" || key == "thinkingEffort" || key == "thinkingKeep")
            to.parameters.push_back({key, toJsonText(value)});
        else if (key != "type" && key != "time")
            to.attributes.push_back({key, toJsonText(value)});
    }
    return {};
}

Result<void> readKimiTools(const json& record, SpanDetail& to)
{
    if (const json* tools = memberOf(record, "tools"))
        to.toolDefinitions = toJsonText(*tools);
    return {};
}

Result<void> readKimiStepEnd(const json& record, SpanDetail& to)
{
    if (const std::string reason = plainTextOf(eventOf(record), {"finishReason"}); !reason.empty())
        to.finishReasons.push_back(reason);
    return {};
}

} // namespace tracestore
