#include "tracestore/import/pi/pi_content.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/step_payloads.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    using nlohmann::json;

    std::string resultOf(const json& message)
    {
        SpanDetail detail;
        if (const json* content = memberOf(message, "content"))
            static_cast<void>(readToolResult(*content, detail));
        return detail.toolResult;
    }

    Message toolMessage(const json& message)
    {
        Message to {.role = Role::Tool};
        to.name = plainTextOf(message, {"toolName"});
        to.parts.emplace_back(ToolResultPart {.callId = plainTextOf(message, {"toolCallId"}),
                                              .content = resultOf(message),
                                              .isError = flagOf(message, "isError")});
        return to;
    }

    /// A command that the user ran; the model is told of it.
    Message shellMessage(const json& message)
    {
        const std::string output = plainTextOf(message, {"output"});
        return {.role = Role::User,
                .origRole = "bashExecution",
                .parts = {TextPart {"$ " + plainTextOf(message, {"command"})
                                    + (output.empty() ? "" : "\n") + output}}};
    }

    Message summaryMessage(const json& value, const std::string& word)
    {
        Message to = messageOf(*anyMemberOf(value, {"summary", "content"}), Role::User);
        to.role = Role::User;
        to.origRole = word;
        return to;
    }

} // namespace

Result<void> readPiMessage(const json& message, std::vector<Message>& to)
{
    const std::string role = plainTextOf(message, {"role"});
    if (role == "toolResult") {
        to.push_back(toolMessage(message));
    } else if (role == "bashExecution") {
        to.push_back(shellMessage(message));
    } else if (role != "user" && role != "assistant"
               && anyMemberOf(message, {"summary", "content"})) {
        to.push_back(summaryMessage(message, role));
    } else {
        to.push_back(messageOf(message, Role::User));
        if (to.back().finishReason.empty())
            to.back().finishReason = plainTextOf(message, {"stopReason"});
    }
    return {};
}

Result<void> readPiMessages(const json& messages, std::vector<Message>& to)
{
    for (const json& message : messages) {
        if (auto done = readPiMessage(message, to); !done)
            return done;
    }
    return {};
}

Result<void> readPiEntry(const json& entry, std::vector<Message>& to)
{
    if (anyMemberOf(entry, {"summary", "content"}))
        to.push_back(summaryMessage(entry, plainTextOf(entry, {"type"})));
    return {};
}

Result<void> readPiToolResult(const json& message, SpanDetail& to)
{
    to.toolResult = resultOf(message);
    if (const json* details = memberOf(message, "details"))
        to.attributes.push_back({"details", toJsonText(*details)});
    return {};
}

Result<void> readPiResultBlock(const json& block, SpanDetail& to)
{
    to.toolResult = resultOf(block);
    return {};
}

Result<void> readPiFacts(const json& entry, SpanDetail& to)
{
    const json* message = memberOf(entry, "message");
    for (const json* from : {&entry, message}) {
        if (from == nullptr || !from->is_object())
            continue;
        for (const auto& [key, value] : from->items()) {
            if (key != "message" && key != "content" && key != "summary")
                to.attributes.push_back(
                    {from == message ? "message." + key : key, toJsonText(value)});
        }
    }
    return {};
}

} // namespace tracestore
