#include "tracestore/import/gemini_cli/gemini_payloads.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/step_payloads.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    ReasoningPart thoughtOf(const json& thought)
    {
        if (thought.is_string())
            return {.text = thought.get<std::string>(), .signature = {}};
        const std::string subject = plainTextOf(thought, {"subject"});
        const std::string description = plainTextOf(thought, {"description", "text"});
        const bool isBoth = !subject.empty() && !description.empty();
        return {.text = subject + (isBoth ? "\n" : "") + description, .signature = {}};
    }

    /// `{"output": text}` is how most tools answer; anything else stays JSON.
    std::string responseText(const json& response)
    {
        for (const char* key : {"output", "error"}) {
            const json* text = memberOf(response, key);
            if (text != nullptr && text->is_string() && response.size() == 1)
                return text->get<std::string>();
        }
        return plainTextOf(&response);
    }

    std::string resultOf(const json& call)
    {
        const json* result = memberOf(call, "result");
        if (result == nullptr)
            return plainTextOf(call, {"resultDisplay"});
        if (!result->is_array())
            return plainTextOf(result);
        std::string text;
        for (const json& part : *result) {
            const json* answer = anyMemberOf(part, {"functionResponse", "function_response"});
            const json* response = answer == nullptr ? nullptr : memberOf(*answer, "response");
            text += (text.empty() ? "" : "\n")
                + (response != nullptr ? responseText(*response) : plainTextOf(&part));
        }
        return text;
    }

    bool isFailed(const json& call)
    {
        return plainTextOf(call, {"status"}) == "error";
    }

} // namespace

Result<void> readGeminiMessage(const json& from, std::vector<Message>& to)
{
    const std::string type = plainTextOf(from, {"type"});
    const bool isModel = type == "gemini" || type == "model";
    const Role role = isModel ? Role::Assistant : type == "user" ? Role::User : Role::Other;
    Message message {.role = role};
    if (const json* thoughts = memberOf(from, "thoughts");
        thoughts != nullptr && thoughts->is_array()) {
        for (const json& thought : *thoughts)
            message.parts.emplace_back(thoughtOf(thought));
    }
    if (const json* content = anyMemberOf(from, {"content", "parts"})) {
        Message said = messageOf(*content, role);
        std::ranges::move(said.parts, std::back_inserter(message.parts));
    }
    if (const json* calls = memberOf(from, "toolCalls"); calls != nullptr && calls->is_array()) {
        for (const json& call : *calls)
            message.parts.emplace_back(ToolCallPart {plainTextOf(call, {"id"}),
                                                     plainTextOf(call, {"name"}),
                                                     plainTextOf(call, {"args"})});
    }
    to.push_back(std::move(message));
    return {};
}

Result<void> readGeminiResults(const json& from, std::vector<Message>& to)
{
    const json* calls = memberOf(from, "toolCalls");
    if (calls == nullptr || !calls->is_array())
        return {};
    for (const json& call : *calls) {
        if (!anyMemberOf(call, {"result", "resultDisplay"}))
            continue;
        Message message {.role = Role::Tool};
        message.parts.emplace_back(
            ToolResultPart {plainTextOf(call, {"id"}), resultOf(call), isFailed(call)});
        to.push_back(std::move(message));
    }
    return {};
}

Result<void> readGeminiCall(const json& call, SpanDetail& to)
{
    to.toolArguments = plainTextOf(call, {"args"});
    to.toolResult = resultOf(call);
    to.toolDescription = plainTextOf(call, {"description"});
    if (!call.is_object())
        return {};
    for (const auto& [key, value] : call.items()) {
        const bool isShown = key == "args" || key == "result" || key == "id" || key == "name"
            || key == "description";
        if (!isShown && !value.is_null())
            to.attributes.push_back({key, toJsonText(value)});
    }
    return {};
}

} // namespace tracestore
