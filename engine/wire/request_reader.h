#pragma once

#include "engine/wire/chat.h"
#include "tracestore/base/result.h"
#include "tracestore/import/http/model_api.h"

#include <optional>
#include <string_view>

namespace engine {

/// Reads the body by which an API is asked. What has no place of its own stays in the parameters,
/// tools that are no functions among it, so that requestBody() of the same API says the same
/// again. Fails with Invalid where the body is not one of the API, with a sentence that says why.
tracestore::Result<ChatRequest> readRequest(tracestore::ModelApi api, std::string_view body);

/// Which API is asked by a path such as `/v1/chat/completions?beta=true`; nothing where it is none.
std::optional<tracestore::ModelApi> apiOfPath(std::string_view path);

} // namespace engine
