#include "engine/wire/request_writer.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

nlohmann::json requestBody(ModelApi api, const ChatRequest& request)
{
    switch (api) {
    case ModelApi::OpenAiChat:
        return openAiChatRequest(request);
    case ModelApi::OpenAiResponses:
        return openAiResponsesRequest(request);
    case ModelApi::Anthropic:
        return anthropicRequest(request);
    case ModelApi::Gemini:
        break;
    }
    ENSURE(false);
}

std::string writeRequest(ModelApi api, const ChatRequest& request)
{
    return tracestore::toJsonText(requestBody(api, request));
}

std::string_view endpointOf(ModelApi api)
{
    switch (api) {
    case ModelApi::OpenAiChat:
        return "/chat/completions";
    case ModelApi::OpenAiResponses:
        return "/responses";
    case ModelApi::Anthropic:
        return "/messages";
    case ModelApi::Gemini:
        break;
    }
    return {};
}

} // namespace engine
