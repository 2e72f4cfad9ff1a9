#pragma once

#include "tracestore/import/http/exchange.h"

namespace tracestore {

/// What the model answered, a message for each choice.
std::vector<Message> answerMessages(const Exchange& exchange);

/// What the model was sent.
std::vector<Message> requestMessages(const Exchange& exchange);

/// What the body of an answer says of itself.
struct AnswerFacts
{
    std::string id;
    std::string model;
    std::optional<Timestamp> created;
    std::optional<SpanError> error;
    SpanStatus status = SpanStatus::Unknown;
    std::vector<std::string> finishReasons;
};

AnswerFacts answerFacts(const Exchange& exchange);

/// The payloads of the call.
SpanDetail exchangeDetail(const Exchange& exchange);

/// Calls of the tools that an answer holds, in its order.
std::vector<ToolCallPart> callsIn(const std::vector<Message>& messages);

/// Results of tools, in their order.
std::vector<ToolResultPart> resultsIn(const std::vector<Message>& messages);

} // namespace tracestore
