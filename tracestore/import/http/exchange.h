#pragma once

#include "tracestore/import/http/model_api.h"
#include "tracestore/model/message.h"

#include <nlohmann/json.hpp>

namespace tracestore {

/// How a stretch of a file tells of a call of a model.
enum class ExchangeForm : std::uint8_t
{
    Answer, ///< the body of an answer
    Pieces, ///< pieces of a streamed answer, one JSON after another
    Sse, ///< a streamed answer as it came over the line
    Request, ///< `{method, url, headers, body}`
    Recording, ///< `{request, response}`, or `{status, headers, body}` of the answer alone
    LlmLog, ///< OpenHands: `{messages, tools, response, timestamp, latency_sec, cost}`
    LoggingPayload, ///< LiteLLM's StandardLoggingPayload
};

/// A call of a model, as its request and answer tell of it. What is not known is null or empty.
struct Exchange
{
    std::optional<ModelApi> api;
    nlohmann::json request; ///< the body that was sent
    nlohmann::json answer; ///< the body of the answer, put together where it was streamed
    std::string url;
    std::string client; ///< what called: the first word of its user agent
    std::string sessionKey; ///< where the recorder says what belongs together
    std::string provider;
    std::optional<int> httpStatus;
    std::optional<Timestamp> start;
    std::optional<Timestamp> end;
    std::optional<Timestamp> firstToken;
    bool areTimesMeasured = false;
    std::optional<Cost> cost;
    std::optional<TokenUsage> usage; ///< as the recorder counted; else that of the answer
    std::optional<SpanError> error; ///< as the recorder has it; else that of the answer
    nlohmann::json rest; ///< what else the recorder says: an object, or null
    bool isStreamed = false;
    bool isCut = false; ///< the stream ended before the provider said so
    bool wasRestarted = false; ///< the answer began twice
};

/// Adds what a stretch says to what is known of a call. Fails with Invalid where it is not JSON.
Result<void> readExchange(std::string_view text, ExchangeForm form, Exchange& to);

/// How a document tells of a call; nothing where it does not, or where it is a piece of a stream.
std::optional<ExchangeForm> formOf(const nlohmann::json& document);

} // namespace tracestore
