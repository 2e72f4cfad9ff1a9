#include "tracestore/import/opencode/opencode_content.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_part_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/step_payloads.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    using nlohmann::json;

    bool isTool(const json& part)
    {
        return plainTextOf(part, {"type"}) == "tool";
    }

    /// What the message at the end is gone on with, if it is the assistant's.
    Message& answerIn(std::vector<Message>& to)
    {
        if (to.empty() || to.back().role != Role::Assistant)
            to.push_back({.role = Role::Assistant});
        return to.back();
    }

    std::string stateText(const json& part, std::string_view key)
    {
        const json* state = memberOf(part, "state");
        return state == nullptr ? std::string() : plainTextOf(memberOf(*state, key));
    }

} // namespace

Result<void> readOpenCodeUserPart(const json& part, std::vector<Message>& to)
{
    to.push_back({.role = Role::User, .parts = {partOf(part)}});
    return {};
}

Result<void> readOpenCodeNextUserPart(const json& part, std::vector<Message>& to)
{
    if (to.empty())
        return readOpenCodeUserPart(part, to);
    to.back().parts.push_back(partOf(part));
    return {};
}

Result<void> readOpenCodeAnswer(const json& part, std::vector<Message>& to)
{
    Message& message = answerIn(to);
    if (isTool(part))
        message.parts.emplace_back(ToolCallPart {.id = plainTextOf(part, {"callID"}),
                                                 .name = plainTextOf(part, {"tool"}),
                                                 .arguments = stateText(part, "input")});
    else
        message.parts.push_back(partOf(part));
    return {};
}

Result<void> readOpenCodeTalk(const json& part, std::vector<Message>& to)
{
    static_cast<void>(readOpenCodeAnswer(part, to));
    const std::string status = stateText(part, "status");
    if (!isTool(part) || (status != "completed" && status != "error"))
        return {};
    const bool isError = status == "error";
    Message result {.role = Role::Tool};
    result.parts.emplace_back(
        ToolResultPart {.callId = plainTextOf(part, {"callID"}),
                        .content = stateText(part, isError ? "error" : "output"),
                        .isError = isError});
    to.push_back(std::move(result));
    return {};
}

Result<void> readOpenCodeTitle(const json& info, std::vector<Message>& to)
{
    const json* summary = memberOf(info, "summary");
    const std::string title
        = summary == nullptr ? std::string() : plainTextOf(*summary, {"body", "title"});
    if (!title.empty())
        to.push_back({.role = Role::User, .parts = {TextPart {title}}});
    return {};
}

Result<void> readOpenCodeState(const json& state, SpanDetail& to)
{
    if (!state.is_object())
        return {};
    if (const json* input = memberOf(state, "input"))
        static_cast<void>(readToolArguments(*input, to));
    if (const json* output = anyMemberOf(state, {"output", "error"}))
        static_cast<void>(readToolResult(*output, to));
    for (const auto& [key, value] : state.items()) {
        if (key != "input" && key != "output")
            to.attributes.push_back({key, toJsonText(value)});
    }
    return {};
}

Result<void> readOpenCodeInfo(const json& info, SpanDetail& to)
{
    if (const json* finish = memberOf(info, "finish"))
        to.finishReasons.push_back(plainTextOf(finish));
    return readAttributes(info, to);
}

} // namespace tracestore
