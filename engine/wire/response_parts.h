#pragma once

#include "engine/wire/chat.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace engine {

// What the answers of all APIs are made of.

/// Why an answer ended, whichever API's word it was.
enum class FinishKind
{
    Stop,
    ToolCalls,
    Length,
    Filter,
    Other
};

/// Of the response's word, or of its message where it has none.
FinishKind finishKindOf(const ChatResponse& response);

/// An API's words for that.
struct FinishWords
{
    const char* stop;
    const char* toolCalls;
    const char* length;
    const char* filter;
};

/// The API's word for why a response ended; the response's own where it is none of these.
std::string finishWord(const ChatResponse& response, const FinishWords& words);

/// Cuts a text into pieces of so many bytes, never inside a character. An empty text has none.
std::vector<std::string> piecesOf(const std::string& text, std::size_t bytes);

/// The usage of a response; nothing known where it has none. Valid as long as the response.
const tracestore::TokenUsage& usageOf(const ChatResponse& response);

/// Input tokens as OpenAI counts them: with those from and into caches.
std::int64_t wholeInput(const tracestore::TokenUsage& usage);

std::int64_t secondsOf(tracestore::Timestamp time);

} // namespace engine
