#pragma once

#include <nlohmann/json.hpp>

#include <optional>

namespace engine {

/// Whether a model may, must or must not call tools: each API writes it in its own shape, and the
/// parameter `tool_choice` may be in any of them.
struct ToolChoice
{
    enum class Kind
    {
        Auto,
        None,
        Required,
        Named
    };

    Kind kind = Kind::Auto;
    std::string name; ///< of the tool, where it is Named
};

/// Nothing where the value is of another shape: it goes on as it stands.
std::optional<ToolChoice> readToolChoice(const nlohmann::json& value);

/// A choice as OpenAI's APIs write it; chat completions put a name into an object of its own.
nlohmann::json openAiToolChoice(const ToolChoice& choice, bool isChat);

nlohmann::json anthropicToolChoice(const ToolChoice& choice);

} // namespace engine
