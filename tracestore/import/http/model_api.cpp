#include "tracestore/import/http/model_api.h"

#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::string_view kAnthropicPieces[] = {"message_start",
                                                     "message_delta",
                                                     "message_stop",
                                                     "content_block_start",
                                                     "content_block_delta",
                                                     "content_block_stop",
                                                     "ping"};

    bool isGeminiAnswer(const json& body)
    {
        const json* candidates = memberOf(body, "candidates");
        return (candidates != nullptr && candidates->is_array())
            || (memberOf(body, "usageMetadata")
                && anyMemberOf(body, {"modelVersion", "promptFeedback", "responseId"}));
    }

    bool isChatPiece(const json& piece)
    {
        if (plainTextOf(piece, {"object"}) == "chat.completion.chunk")
            return true;
        const json* choices = memberOf(piece, "choices");
        if (choices == nullptr || !choices->is_array())
            return false;
        // Azure begins with a piece that only says how the prompt was filtered.
        return choices->empty() ? piece.contains("prompt_filter_results")
                                : memberOf(choices->front(), "delta") != nullptr;
    }

    bool isChatAnswer(const json& body)
    {
        const json* choices = memberOf(body, "choices");
        return choices != nullptr && choices->is_array()
            && (plainTextOf(body, {"object"}) == "chat.completion"
                || (!choices->empty() && memberOf(choices->front(), "message")));
    }

} // namespace

std::string_view providerOf(ModelApi api)
{
    switch (api) {
    case ModelApi::OpenAiChat:
        return {};
    case ModelApi::OpenAiResponses:
        return "openai";
    case ModelApi::Anthropic:
        return "anthropic";
    case ModelApi::Gemini:
        return "gcp.gemini";
    }
    return {};
}

std::optional<ModelApi> apiOfPiece(const json& piece)
{
    if (!piece.is_object())
        return {};
    const std::string type = plainTextOf(piece, {"type"});
    if (std::ranges::find(kAnthropicPieces, type) != std::end(kAnthropicPieces))
        return ModelApi::Anthropic;
    if (type.starts_with("response.")
        && anyMemberOf(piece, {"sequence_number", "response", "output_index", "item_id"}))
        return ModelApi::OpenAiResponses;
    if (isChatPiece(piece))
        return ModelApi::OpenAiChat;
    return isGeminiAnswer(piece) ? std::optional(ModelApi::Gemini) : std::nullopt;
}

std::optional<ModelApi> apiOfAnswer(const json& body)
{
    if (!body.is_object())
        return {};
    if (isChatAnswer(body))
        return ModelApi::OpenAiChat;
    if (plainTextOf(body, {"object"}) == "response" && memberOf(body, "output"))
        return ModelApi::OpenAiResponses;
    if (plainTextOf(body, {"type"}) == "message" && memberOf(body, "content")
        && (body.contains("stop_reason") || memberOf(body, "usage")))
        return ModelApi::Anthropic;
    return isGeminiAnswer(body) ? std::optional(ModelApi::Gemini) : std::nullopt;
}

std::optional<ModelApi> apiOfRequest(const json& body, std::string_view url)
{
    if (!body.is_object())
        return {};
    const auto has
        = [&](std::string_view part) { return url.find(part) != std::string_view::npos; };
    if (memberOf(body, "contents"))
        return ModelApi::Gemini;
    if (memberOf(body, "messages"))
        return has("/messages") || (url.empty() && body.contains("system")) ? ModelApi::Anthropic
                                                                            : ModelApi::OpenAiChat;
    if (has("/responses") || (memberOf(body, "model") && memberOf(body, "input")))
        return ModelApi::OpenAiResponses;
    return {};
}

} // namespace tracestore
