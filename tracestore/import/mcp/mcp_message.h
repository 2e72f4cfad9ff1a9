#pragma once

#include "tracestore/model/message.h"

#include <nlohmann/json.hpp>

namespace tracestore {

/// The sides of an MCP connection; each numbers its requests by itself.
enum class McpSide : std::uint8_t
{
    Client,
    Server
};

/// One JSON-RPC message of a log, within whatever the logger put around it.
struct McpMessage
{
    enum class Type : std::uint8_t
    {
        Request,
        Notification,
        Response,
        BareResult ///< the result of a tool without its JSON-RPC frame
    };

    Type type = Type::Notification;
    std::optional<McpSide> from; ///< where the log says it, or the method tells
    std::string id; ///< of a request or response, as JSON
    std::string method;
    nlohmann::json body; ///< the message itself
    std::optional<Timestamp> time;
    bool isTimeRelative = false; ///< counted from the start of the log
};

/// The message in a record; nothing where it holds none.
std::optional<McpMessage> mcpMessageOf(const nlohmann::json& record);

/// Why a response says that it failed; nothing where it does not. A tool that failed and a
/// protocol that failed have different types.
std::optional<SpanError> mcpErrorOf(const nlohmann::json& message);

} // namespace tracestore
