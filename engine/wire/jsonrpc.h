#pragma once

#include "tracestore/base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

/// An error as JSON-RPC has it.
struct RpcError
{
    int code = 0;
    std::string message;
    nlohmann::json data;

    static constexpr int kInvalidRequest = -32600;
    static constexpr int kMethodNotFound = -32601;
    static constexpr int kInvalidParams = -32602;
    static constexpr int kInternal = -32603;
};

/// A message of JSON-RPC 2.0: with a method and an id a request, without the id a notification,
/// without a method a response, which has a result or an error. Ids are numbers or texts.
struct RpcMessage
{
    std::optional<nlohmann::json> id;
    std::string method;
    nlohmann::json params; ///< null where there are none
    nlohmann::json result;
    std::optional<RpcError> error;

    [[nodiscard]] bool isRequest() const { return !method.empty() && id.has_value(); }

    [[nodiscard]] bool isNotification() const { return !method.empty() && !id; }

    [[nodiscard]] bool isResponse() const { return method.empty(); }
};

/// Invalid: no JSON or no message, with the reason. Limit: too deep or too long.
tracestore::Result<RpcMessage> parseRpc(std::string_view text);

// Messages as text on one line, without the line feed.

std::string
rpcRequest(const nlohmann::json& id, std::string_view method, const nlohmann::json& params);
std::string rpcNotification(std::string_view method, const nlohmann::json& params);
std::string rpcResult(const nlohmann::json& id, const nlohmann::json& result);
std::string rpcFailure(const nlohmann::json& id, const RpcError& error);

/// Cuts what comes over a line into lines, whatever pieces it comes in. A line that is longer than
/// the limit is dropped whole and counted; no more than one line is held.
class LineReader
{
public:
    explicit LineReader(std::size_t longest)
        : m_longest(longest)
    { }

    /// Calls `onLine(std::string_view)` for each line that is complete, without its line feed.
    template<class OnLine>
    void add(std::string_view bytes, OnLine&& onLine)
    {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find('\n');
            take(bytes.substr(0, end));
            if (end == std::string_view::npos)
                return;
            bytes.remove_prefix(end + 1);
            const bool isWhole = !m_isTooLong;
            std::string line = finish();
            if (isWhole)
                onLine(std::string_view(line));
        }
    }

    /// What is left where nothing more will come; empty where nothing is.
    std::string finish();

    [[nodiscard]] std::size_t dropped() const { return m_dropped; }

private:
    void take(std::string_view piece);

    std::size_t m_longest;
    std::string m_line;
    bool m_isTooLong = false;
    std::size_t m_dropped = 0;
};

} // namespace engine
