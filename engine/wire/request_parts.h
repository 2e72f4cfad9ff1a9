#pragma once

#include "engine/wire/chat.h"

#include <nlohmann/json.hpp>

#include <set>

namespace engine {

// What the requests of all APIs are made of.

/// The parameters of a request as an object; what is no JSON object counts as none.
nlohmann::json parametersOf(const ChatRequest& request);

/// Renames a parameter to what the API calls it, where that is not given itself.
void renameParameter(nlohmann::json& parameters, const char* from, const char* to);

/// Takes a member away and gives it; null where there is none.
nlohmann::json takeMember(nlohmann::json& object, const char* key);

/// The object under a key, which takes the place of anything else there.
nlohmann::json& objectAt(nlohmann::json& object, const char* key);

/// The texts of the system messages at the beginning, a blank line between two.
std::string leadingInstructions(const std::vector<const tracestore::Message*>& messages);

/// How many system messages stand at the beginning.
std::size_t leadingSystemCount(const std::vector<const tracestore::Message*>& messages);

/// The ids of calls that a provider ran itself (a web search): their result stands in the message
/// of the call, or the tool was not offered by us and nobody answered it. No API takes such a call
/// back as one of ours.
std::set<std::string> providerRunCalls(const ChatRequest& request,
                                       const std::vector<const tracestore::Message*>& messages);

/// A schema as JSON; that of no arguments where it is none.
nlohmann::json schemaOf(const ToolDefinition& tool);

/// `data:image/png;base64,...`, or the reference.
std::string addressOf(const tracestore::MediaPart& media);

bool isWebAddress(const std::string& reference);

/// The content of a tool's result; where an API has no flag for a failure, the text says it.
std::string resultWithFailure(const tracestore::ToolResultPart& result);

/// Reasoning that OpenAI sealed: a Fernet token. Nobody else can read it, and OpenAI reads no
/// other.
bool isSealedByOpenAi(const tracestore::ReasoningPart& reasoning);

} // namespace engine
