#pragma once

#include "tracestore/model/message_chain.h"

#include <optional>
#include <string>
#include <vector>

namespace engine {

/// A tool as a model is told of it.
struct ToolDefinition
{
    std::string name;
    std::string description;
    std::string inputSchema; ///< JSON schema of the arguments: an object's

    bool operator==(const ToolDefinition&) const = default;
};

/// What a model is asked, whatever it speaks. System prompts are messages with the role System at
/// the beginning.
struct ChatRequest
{
    std::string model;
    tracestore::MessageChain messages;
    std::vector<ToolDefinition> tools;
    std::string parameters; ///< JSON object: temperature, max_tokens, tool_choice ...; or empty
    bool isStreamed = true;
};

/// A piece of an answer on its way; for those who watch, not for the agent.
struct ChatDelta
{
    std::string text;
    std::string reasoning;
    std::string toolCall; ///< the name of a tool whose call began, or empty
    std::string toolArguments; ///< a piece of its arguments
};

/// A whole answer.
struct ChatResponse
{
    tracestore::Message message;
    std::string finishReason; ///< as the provider says it
    std::string id;
    std::string model; ///< which answered
    std::optional<tracestore::TokenUsage> usage;
    std::string raw; ///< the body or stream as it came
};

} // namespace engine
