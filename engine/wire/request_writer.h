#pragma once

#include "engine/wire/chat.h"
#include "tracestore/import/http/model_api.h"

#include <nlohmann/json_fwd.hpp>

namespace engine {

using tracestore::ModelApi;

/// The body by which an API is asked. The parameters of the request are merged into it; model,
/// messages and streaming are never theirs to say, and common parameters are renamed to what the
/// API calls them. The API is one of OpenAI's two or Anthropic's.
nlohmann::json requestBody(ModelApi api, const ChatRequest& request);

/// requestBody() as text.
std::string writeRequest(ModelApi api, const ChatRequest& request);

/// Where the API is asked, behind the base address: `/chat/completions`.
std::string_view endpointOf(ModelApi api);

// One for each API.
nlohmann::json openAiChatRequest(const ChatRequest& request);
nlohmann::json openAiResponsesRequest(const ChatRequest& request);
nlohmann::json anthropicRequest(const ChatRequest& request);

} // namespace engine
