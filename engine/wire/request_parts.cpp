#include "engine/wire/request_parts.h"

#include "tracestore/base/json_io.h"

namespace engine {

using nlohmann::json;
using tracestore::MediaPart;
using tracestore::Message;
using tracestore::Role;
using tracestore::ToolCallPart;
using tracestore::ToolResultPart;

json parametersOf(const ChatRequest& request)
{
    if (request.parameters.empty())
        return json::object();
    auto parsed = tracestore::parseJson(request.parameters);
    return parsed && parsed->is_object() ? std::move(*parsed) : json::object();
}

json takeMember(json& object, const char* key)
{
    const auto found = object.find(key);
    if (found == object.end())
        return {};
    json value = std::move(*found);
    object.erase(found);
    return value;
}

void renameParameter(json& parameters, const char* from, const char* to)
{
    json value = takeMember(parameters, from);
    if (!value.is_null() && !parameters.contains(to))
        parameters[to] = std::move(value);
}

json& objectAt(json& object, const char* key)
{
    json& value = object[key];
    if (!value.is_object())
        value = json::object();
    return value;
}

std::size_t leadingSystemCount(const std::vector<const Message*>& messages)
{
    std::size_t count = 0;
    while (count < messages.size() && messages[count]->role == Role::System)
        ++count;
    return count;
}

std::string leadingInstructions(const std::vector<const Message*>& messages)
{
    std::string text;
    for (std::size_t i = 0; i < leadingSystemCount(messages); ++i) {
        const std::string one = tracestore::plainText(*messages[i]);
        if (!one.empty())
            text += (text.empty() ? "" : "\n\n") + one;
    }
    return text;
}

std::set<std::string> providerRunCalls(const ChatRequest& request,
                                       const std::vector<const Message*>& messages)
{
    std::set<std::string> ours;
    for (const ToolDefinition& tool : request.tools)
        ours.insert(tool.name);
    std::set<std::string> run;
    std::set<std::string> unanswered;
    for (const Message* message : messages) {
        std::set<std::string> made;
        for (const auto& part : message->parts) {
            if (const auto* call = std::get_if<ToolCallPart>(&part)) {
                made.insert(call->id);
                if (!ours.contains(call->name))
                    unanswered.insert(call->id);
            } else if (const auto* result = std::get_if<ToolResultPart>(&part)) {
                unanswered.erase(result->callId);
                if (made.contains(result->callId))
                    run.insert(result->callId);
            }
        }
    }
    run.merge(unanswered);
    return run;
}

json schemaOf(const ToolDefinition& tool)
{
    auto parsed = tracestore::parseJson(tool.inputSchema);
    return parsed && parsed->is_object()
        ? std::move(*parsed)
        : json {{"type", "object"}, {"properties", json::object()}};
}

std::string addressOf(const MediaPart& media)
{
    if (media.data.empty())
        return media.reference;
    return "data:" + (media.mimeType.empty() ? "application/octet-stream" : media.mimeType)
        + ";base64," + media.data;
}

bool isWebAddress(const std::string& reference)
{
    return reference.starts_with("https://") || reference.starts_with("http://");
}

std::string resultWithFailure(const ToolResultPart& result)
{
    const bool saysSo = result.content.starts_with("Error") || result.content.starts_with("error");
    return result.isError && !saysSo ? "Error: " + result.content : result.content;
}

bool isSealedByOpenAi(const tracestore::ReasoningPart& reasoning)
{
    return reasoning.signature.starts_with("gAAAA");
}

} // namespace engine
