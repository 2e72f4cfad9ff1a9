#include "engine/wire/response_writer.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;
using tracestore::ModelApi;

namespace {

    std::string anthropicErrorType(int status)
    {
        switch (status) {
        case 400:
            return "invalid_request_error";
        case 401:
            return "authentication_error";
        case 403:
            return "permission_error";
        case 404:
            return "not_found_error";
        case 413:
            return "request_too_large";
        case 429:
            return "rate_limit_error";
        case 529:
            return "overloaded_error";
        default:
            return "api_error";
        }
    }

    std::string openAiErrorType(int status)
    {
        constexpr int kTooManyRequests = 429;
        constexpr int kFirstServerError = 500;
        if (status == kTooManyRequests)
            return "rate_limit_error";
        return status >= kFirstServerError ? "server_error" : "invalid_request_error";
    }

} // namespace

json responseBody(ModelApi api, const ChatResponse& response, const ResponseStyle& style)
{
    switch (api) {
    case ModelApi::OpenAiChat:
        return openAiChatBody(response, style);
    case ModelApi::OpenAiResponses:
        return openAiResponsesBody(response, style);
    case ModelApi::Anthropic:
        return anthropicBody(response);
    case ModelApi::Gemini:
        break;
    }
    ENSURE(false);
}

std::vector<std::string>
responseEvents(ModelApi api, const ChatResponse& response, const ResponseStyle& style)
{
    switch (api) {
    case ModelApi::OpenAiChat:
        return openAiChatEvents(response, style);
    case ModelApi::OpenAiResponses:
        return openAiResponsesEvents(response, style);
    case ModelApi::Anthropic:
        return anthropicEvents(response, style);
    case ModelApi::Gemini:
        break;
    }
    ENSURE(false);
}

json errorBody(ModelApi api, int status, const std::string& message, const std::string& type)
{
    if (api == ModelApi::Anthropic)
        return {
            {"type", "error"},
            {"error",
             {{"type", type.empty() ? anthropicErrorType(status) : type}, {"message", message}}}};
    json error {{"message", message},
                {"type", type.empty() ? openAiErrorType(status) : type},
                {"param", nullptr},
                {"code", nullptr}};
    json body;
    body["error"] = std::move(error);
    return body;
}

std::string errorEvent(ModelApi api, const json& errorBody)
{
    if (api == ModelApi::Anthropic)
        return sseText("error", errorBody);
    if (api == ModelApi::OpenAiChat)
        return sseText({}, errorBody);
    json event = errorBody.value("error", json::object());
    event["type"] = "error";
    event["sequence_number"] = 0;
    return sseText("error", event);
}

std::string sseText(std::string_view name, const json& data)
{
    std::string text;
    if (!name.empty())
        text.append("event: ").append(name).append("\n");
    return text.append("data: ").append(tracestore::toJsonText(data)).append("\n\n");
}

} // namespace engine
