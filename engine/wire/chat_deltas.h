#pragma once

#include "engine/wire/chat.h"
#include "tracestore/import/http/model_api.h"

#include <nlohmann/json_fwd.hpp>

namespace engine {

/// What a piece of a streamed answer adds, in the order in which it stands there: of the first
/// choice, where there are several. Empty for pieces that only keep the books.
std::vector<ChatDelta> deltasOf(tracestore::ModelApi api, const nlohmann::json& piece);

/// A whole message as deltas, for answers that did not stream.
std::vector<ChatDelta> deltasOf(const tracestore::Message& message);

} // namespace engine
