#include "tracestore/import/mcp/mcp_pieces.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/mcp/mcp_message.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/step_payloads.h"

namespace tracestore {
namespace {

    using nlohmann::json;

    Failure noMessage()
    {
        return fail(ErrorCode::Corrupt, "The record holds no JSON-RPC message.");
    }

    void addAttributes(const json& object, std::string_view prefix, SpanDetail& to)
    {
        if (!object.is_object()) {
            to.attributes.push_back({std::string(prefix), toJsonText(object)});
            return;
        }
        for (const auto& [key, value] : object.items())
            to.attributes.push_back({std::string(prefix) + '.' + key, toJsonText(value)});
    }

    void readToolAnswer(const json& result, SpanDetail& to)
    {
        const json* content = memberOf(result, "content");
        if (content != nullptr)
            static_cast<void>(readToolResult(*content, to).has_value());
        for (const auto& [key, value] : result.items()) {
            if (key != "content")
                to.attributes.push_back({"mcp.result." + key, toJsonText(value)});
        }
        const json* structured = memberOf(result, "structuredContent");
        if (to.toolResult.empty() && structured != nullptr)
            to.toolResult = toJsonText(*structured);
    }

} // namespace

Result<void> readMcpRequest(const json& record, SpanDetail& to)
{
    const auto message = mcpMessageOf(record);
    if (!message)
        return noMessage();
    to.attributes.push_back({"mcp.method.name", quoteJson(message->method)});
    if (!message->id.empty())
        to.attributes.push_back({"jsonrpc.request.id", message->id});
    const json* params = memberOf(message->body, "params");
    if (params == nullptr)
        return {};
    if (message->method == "tools/call") {
        if (const json* arguments = memberOf(*params, "arguments"))
            static_cast<void>(readToolArguments(*arguments, to).has_value());
        if (const json* meta = memberOf(*params, "_meta"))
            addAttributes(*meta, "mcp._meta", to);
        return {};
    }
    if (message->method == "sampling/createMessage") {
        to.input = messagesOf(*params, Role::User);
        to.inputState = to.input.empty() ? ContentState::Absent : ContentState::Full;
    }
    addAttributes(*params, "mcp.params", to);
    return {};
}

Result<void> readMcpResponse(const json& record, SpanDetail& to)
{
    const auto message = mcpMessageOf(record);
    if (!message)
        return noMessage();
    if (const json* error = memberOf(message->body, "error")) {
        addAttributes(*error, "mcp.error", to);
        return {};
    }
    const json* framed = memberOf(message->body, "result");
    const json& result = framed != nullptr ? *framed : message->body;
    if (const json* tools = memberOf(result, "tools"); tools && tools->is_array())
        to.toolDefinitions = toJsonText(*tools);
    if (memberOf(result, "role") && memberOf(result, "content")) {
        to.output = messagesOf(result, Role::Assistant);
        to.outputState = ContentState::Full;
        addAttributes(result, "mcp.result", to);
    } else if (memberOf(result, "content") && result.is_object()) {
        readToolAnswer(result, to);
    } else {
        addAttributes(result, "mcp.result", to);
    }
    return {};
}

Result<void> readMcpEvent(const json& record, SpanDetail& to)
{
    const auto message = mcpMessageOf(record);
    if (!message)
        return noMessage();
    constexpr std::string_view kPrefix = "notifications/";
    std::string name = message->method;
    if (name.starts_with(kPrefix))
        name.erase(0, kPrefix.size());
    SpanEvent event {.name = std::move(name), .time = message->time};
    if (const json* params = memberOf(message->body, "params"); params && params->is_object())
        for (const auto& [key, value] : params->items())
            event.attributes.push_back({key, toJsonText(value)});
    to.events.push_back(std::move(event));
    return {};
}

} // namespace tracestore
