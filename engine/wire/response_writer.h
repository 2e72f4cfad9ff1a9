#pragma once

#include "engine/wire/chat.h"
#include "tracestore/import/http/model_api.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace engine {

/// How an answer is written.
struct ResponseStyle
{
    tracestore::Timestamp created;
    std::size_t chunk = 24; ///< bytes of a text in one event, more where a character needs them
    bool includesUsage = true; ///< in a stream of chat completions, which has to be asked for it
};

/// The body of an answer as an API gives it where it does not stream. A finish reason of another
/// API is translated; one that is missing follows from the message.
nlohmann::json
responseBody(tracestore::ModelApi api, const ChatResponse& response, const ResponseStyle& style);

/// The answer as a stream: the server-sent events in order, each with its blank line.
std::vector<std::string>
responseEvents(tracestore::ModelApi api, const ChatResponse& response, const ResponseStyle& style);

/// The body of an answer with an HTTP status that is no success. `type` empty: that of the status.
nlohmann::json errorBody(tracestore::ModelApi api,
                         int status,
                         const std::string& message,
                         const std::string& type = {});

/// The event by which a stream says that it failed.
std::string errorEvent(tracestore::ModelApi api, const nlohmann::json& errorBody);

/// An event of a stream; `name` may be empty.
std::string sseText(std::string_view name, const nlohmann::json& data);

// One for each API.
nlohmann::json openAiChatBody(const ChatResponse& response, const ResponseStyle& style);
std::vector<std::string> openAiChatEvents(const ChatResponse& response, const ResponseStyle& style);
nlohmann::json openAiResponsesBody(const ChatResponse& response, const ResponseStyle& style);
std::vector<std::string> openAiResponsesEvents(const ChatResponse& response,
                                               const ResponseStyle& style);
nlohmann::json anthropicBody(const ChatResponse& response);
std::vector<std::string> anthropicEvents(const ChatResponse& response, const ResponseStyle& style);

} // namespace engine
