#pragma once

#include "engine/wire/chat.h"

namespace tests {

/// A conversation with everything that a request can hold: instructions, an image, thoughts, two
/// calls at once of which one failed, and a last question.
inline engine::ChatRequest fullRequest()
{
    using namespace tracestore;
    engine::ChatRequest request;
    request.model = "test-model";
    request.tools = {{"get_weather",
                      "The weather of a city",
                      R"({"properties":{"city":{"type":"string"}},"type":"object"})"}};
    request.messages = MessageChain({
        {.role = Role::System, .parts = {TextPart {"Be brief."}}},
        {.role = Role::User,
         .parts = {TextPart {"Where is it warmer?"},
                   MediaPart {.mimeType = "image/png", .data = "aGVsbG8="}}},
        {.role = Role::Assistant,
         .parts = {TextPart {"I look."},
                   ToolCallPart {"call_1", "get_weather", R"({"city":"Paris"})"},
                   ToolCallPart {"call_2", "get_weather", R"({"city":"Oslo"})"}}},
        {.role = Role::Tool, .parts = {ToolResultPart {"call_1", "18C", false}}},
        {.role = Role::Tool, .parts = {ToolResultPart {"call_2", "no such city", true}}},
        {.role = Role::User, .parts = {TextPart {"Go on."}}},
    });
    request.parameters = R"({"temperature":0.5})";
    request.isStreamed = false;
    return request;
}

/// An answer with a text, two calls and tokens in every bucket.
inline engine::ChatResponse fullResponse()
{
    using namespace tracestore;
    engine::ChatResponse response;
    response.id = "answer_1";
    response.model = "test-model";
    response.message = {.role = Role::Assistant,
                        .parts = {TextPart {"Grüße, I look at both: \xF0\x9F\x8C\xA6."},
                                  ToolCallPart {"call_1", "get_weather", R"({"city":"Paris"})"},
                                  ToolCallPart {"call_2", "get_weather", R"({"city":"Oslo"})"}}};
    TokenUsage usage;
    usage.input = 100;
    usage.cacheRead = 40;
    usage.output = 25;
    usage.reasoning = 5;
    response.usage = usage;
    return response;
}

} // namespace tests
