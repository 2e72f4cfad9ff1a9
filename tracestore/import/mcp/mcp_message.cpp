#include "tracestore/import/mcp/mcp_message.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"

#include <algorithm>
#include <cmath>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::string_view kServerRequests[]
        = {"sampling/createMessage", "elicitation/create", "roots/list"};

    constexpr std::string_view kServerNotes[] = {"notifications/message",
                                                 "notifications/tools/list_changed",
                                                 "notifications/prompts/list_changed",
                                                 "notifications/resources/list_changed",
                                                 "notifications/resources/updated",
                                                 "notifications/elicitation/complete"};

    bool isIn(std::string_view method, std::span<const std::string_view> list)
    {
        return std::ranges::find(list, method) != list.end();
    }

    /// Which side sends this; nothing for what both may send.
    std::optional<McpSide> senderOf(std::string_view method)
    {
        if (method.empty() || method == "ping" || method == "notifications/progress"
            || method == "notifications/cancelled")
            return {};
        return isIn(method, kServerRequests) || isIn(method, kServerNotes) ? McpSide::Server
                                                                           : McpSide::Client;
    }

    std::optional<McpSide> sideOf(const std::string& word)
    {
        for (const std::string_view client : {"client", "send", "sent", "out", "outgoing", "->"})
            if (word == client || word.starts_with("client"))
                return McpSide::Client;
        for (const std::string_view server :
             {"server", "receive", "received", "recv", "in", "incoming", "<-"})
            if (word == server || word.starts_with("server"))
                return McpSide::Server;
        return {};
    }

    bool isBareResult(const json& value)
    {
        const json* content = memberOf(value, "content");
        const json* isError = memberOf(value, "isError");
        return content && content->is_array() && isError && isError->is_boolean();
    }

    bool isJsonRpc(const json& value)
    {
        return value.is_object() && plainTextOf(value, {"jsonrpc"}) == "2.0"
            && (memberOf(value, "method") || value.contains("result") || memberOf(value, "error"));
    }

    /// Milliseconds since the log began, or a time of day in one of its forms.
    void readTime(const json& record, McpMessage& message)
    {
        constexpr double kLongest = 1e12;
        constexpr double kNsPerMs = 1e6;
        if (const json* ms = memberOf(record, "ms"); ms != nullptr && ms->is_number()) {
            const double value = ms->get<double>();
            if (value >= 0 && value < kLongest) {
                message.time = Timestamp {std::llround(value * kNsPerMs)};
                message.isTimeRelative = true;
            }
            return;
        }
        const json* time = anyMemberOf(record, {"timestamp", "time", "ts"});
        if (time == nullptr)
            return;
        if (time->is_string()) {
            message.time = parseIsoTimestamp(time->get_ref<const std::string&>());
        } else if (time->is_number()) {
            // Seconds or milliseconds: what is after 2100 in seconds is in milliseconds.
            constexpr double kLatestSeconds = 4'102'444'800;
            const double value = time->get<double>();
            const double ms = value < kLatestSeconds ? value * 1000 : value;
            if (value > 0 && ms < kLatestSeconds * 1000)
                message.time = Timestamp {std::llround(ms * 1000) * 1000};
        }
    }

} // namespace

std::optional<McpMessage> mcpMessageOf(const json& record)
{
    McpMessage message;
    const json* body = isJsonRpc(record) || isBareResult(record) ? &record : nullptr;
    if (body == nullptr) {
        const json* inner = anyMemberOf(record, {"message", "payload", "data", "msg"});
        if (inner == nullptr || !isJsonRpc(*inner))
            return {};
        body = inner;
        message.from = sideOf(plainTextOf(record, {"from", "direction", "dir", "source"}));
        readTime(record, message);
    }
    message.body = *body;
    message.method = plainTextOf(*body, {"method"});
    if (const json* id = memberOf(*body, "id"))
        message.id = toJsonText(*id);
    if (!isJsonRpc(*body))
        message.type = McpMessage::Type::BareResult;
    else if (message.method.empty())
        message.type = McpMessage::Type::Response;
    else if (!message.id.empty())
        message.type = McpMessage::Type::Request;
    if (!message.from)
        message.from = senderOf(message.method);
    return message;
}

std::optional<SpanError> mcpErrorOf(const json& message)
{
    if (const json* error = memberOf(message, "error"))
        return SpanError {.type = "JSON-RPC error " + plainTextOf(*error, {"code"}),
                          .message = plainTextOf(*error, {"message"})};
    const json* result = memberOf(message, "result");
    const json& tool = result != nullptr ? *result : message;
    if (!flagOf(tool, "isError"))
        return {};
    SpanError error {.type = "tool error"};
    if (const json* content = memberOf(tool, "content"))
        error.message = plainText(messageOf(*content, Role::Tool));
    return error;
}

} // namespace tracestore
