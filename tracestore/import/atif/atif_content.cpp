#include "tracestore/import/atif/atif_content.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/messages/message_part_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/step_payloads.h"

#include <nlohmann/json.hpp>

namespace tracestore {
namespace {

    using nlohmann::json;

    void addContent(const json* content, Message& to)
    {
        if (content == nullptr || (content->is_string() && content->get<std::string>().empty()))
            return;
        std::ranges::move(messageOf(*content, to.role).parts, std::back_inserter(to.parts));
    }

} // namespace

Result<void> readAtifStep(const json& step, std::vector<Message>& to)
{
    Message message;
    setRole(message, plainTextOf(step, {"source"}));
    if (message.origRole == "agent") {
        message.role = Role::Assistant;
        message.origRole.clear();
    }
    if (const json* reasoning = memberOf(step, "reasoning_content"))
        message.parts.emplace_back(ReasoningPart {.text = plainTextOf(reasoning)});
    addContent(memberOf(step, "message"), message);
    if (const json* calls = memberOf(step, "tool_calls"); calls != nullptr && calls->is_array()) {
        for (const json& call : *calls)
            message.parts.push_back(toolCallPartOf(call));
    }
    to.push_back(std::move(message));
    return {};
}

Result<void> readAtifResult(const json& result, std::vector<Message>& to)
{
    Message message {.role = Role::Tool};
    if (memberOf(result, "source_call_id"))
        message.parts.emplace_back(
            ToolResultPart {.callId = plainTextOf(result, {"source_call_id"}),
                            .content = plainTextOf(result, {"content"})});
    else
        addContent(memberOf(result, "content"), message);
    if (!message.parts.empty())
        to.push_back(std::move(message));
    return {};
}

Result<void> readAtifToolResult(const json& result, SpanDetail& to)
{
    if (const json* content = memberOf(result, "content"))
        static_cast<void>(readToolResult(*content, to));
    if (const json* extra = memberOf(result, "extra"))
        to.attributes.push_back({"result.extra", toJsonText(*extra)});
    return {};
}

Result<void> readAtifExtras(const json& step, SpanDetail& to)
{
    if (const json* effort = memberOf(step, "reasoning_effort"))
        to.parameters.push_back({"reasoning_effort", toJsonText(*effort)});
    for (const std::string_view key : {"step_id", "llm_call_count", "metrics", "extra"}) {
        if (const json* value = memberOf(step, key))
            to.attributes.push_back({std::string(key), toJsonText(*value)});
    }
    return {};
}

Result<void> readAtifTools(const json& tools, SpanDetail& to)
{
    to.toolDefinitions = toJsonText(tools);
    return {};
}

} // namespace tracestore
