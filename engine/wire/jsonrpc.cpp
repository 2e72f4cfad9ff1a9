#include "engine/wire/jsonrpc.h"

#include "tracestore/base/json_io.h"

#include <utility>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kDeepestMessage = 200;

    RpcError rpcErrorOf(const json& value)
    {
        RpcError error;
        if (!value.is_object())
            return error;
        if (const auto code = value.find("code"); code != value.end() && code->is_number_integer())
            error.code = code->get<int>();
        if (const auto text = value.find("message"); text != value.end() && text->is_string())
            error.message = text->get<std::string>();
        error.data = value.value("data", json());
        return error;
    }

    std::string rpcText(json message)
    {
        message["jsonrpc"] = "2.0";
        return tracestore::toJsonText(message);
    }

} // namespace

Result<RpcMessage> parseRpc(std::string_view text)
{
    auto value = tracestore::parseJson(text, {.depth = kDeepestMessage});
    if (!value)
        return fail(std::move(value).error());
    if (!value->is_object())
        return fail(ErrorCode::Invalid, "It is no JSON-RPC message, but another JSON value.");
    RpcMessage message;
    if (const auto id = value->find("id"); id != value->end() && !id->is_null()) {
        if (!id->is_string() && !id->is_number())
            return fail(ErrorCode::Invalid, "The id of a message is a number or a text.");
        message.id = std::move(*id);
    }
    if (const auto method = value->find("method"); method != value->end()) {
        if (!method->is_string() || method->get_ref<const std::string&>().empty())
            return fail(ErrorCode::Invalid, "The method of a message is a text.");
        message.method = method->get<std::string>();
    }
    message.params = value->value("params", json());
    message.result = value->value("result", json());
    if (const auto error = value->find("error"); error != value->end() && !error->is_null())
        message.error = rpcErrorOf(*error);
    const bool hasAnswer = value->contains("result") || message.error;
    if (message.method.empty() && !hasAnswer)
        return fail(ErrorCode::Invalid, "A message has a method, a result or an error.");
    return message;
}

std::string rpcRequest(const json& id, std::string_view method, const json& params)
{
    json message {{"id", id}, {"method", method}};
    if (!params.is_null())
        message["params"] = params;
    return rpcText(std::move(message));
}

std::string rpcNotification(std::string_view method, const json& params)
{
    json message {{"method", method}};
    if (!params.is_null())
        message["params"] = params;
    return rpcText(std::move(message));
}

std::string rpcResult(const json& id, const json& result)
{
    return rpcText({{"id", id}, {"result", result}});
}

std::string rpcFailure(const json& id, const RpcError& error)
{
    json of {{"code", error.code}, {"message", error.message}};
    if (!error.data.is_null())
        of["data"] = error.data;
    return rpcText({{"id", id}, {"error", std::move(of)}});
}

void LineReader::take(std::string_view piece)
{
    if (m_isTooLong)
        return;
    if (m_line.size() + piece.size() > m_longest) {
        m_isTooLong = true;
        ++m_dropped;
        m_line = {};
        return;
    }
    m_line += piece;
}

std::string LineReader::finish()
{
    m_isTooLong = false;
    std::string line = std::exchange(m_line, {});
    if (line.ends_with('\r'))
        line.pop_back();
    return line;
}

} // namespace engine
