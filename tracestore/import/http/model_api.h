#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tracestore {

/// The ways in which models are called over HTTP.
enum class ModelApi : std::uint8_t
{
    OpenAiChat,
    OpenAiResponses,
    Anthropic,
    Gemini
};

/// Whose API it is, as the conventions of OpenTelemetry call them. Empty for OpenAI's chat API,
/// which many others speak as well.
std::string_view providerOf(ModelApi api);

/// The API that streams pieces of this shape; nothing where it is none.
std::optional<ModelApi> apiOfPiece(const nlohmann::json& piece);

/// The API that answers so, where it does not stream; nothing where it is none.
std::optional<ModelApi> apiOfAnswer(const nlohmann::json& body);

/// The API that is asked so; `url` decides where the body could be of several.
std::optional<ModelApi> apiOfRequest(const nlohmann::json& body, std::string_view url);

} // namespace tracestore
