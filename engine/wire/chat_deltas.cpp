#include "engine/wire/chat_deltas.h"

#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;
using tracestore::memberOf;
using tracestore::ModelApi;
using tracestore::plainTextOf;

namespace {

    std::string textAt(const json& object, std::string_view key)
    {
        const json* text = memberOf(object, key);
        return text != nullptr && text->is_string() ? text->get<std::string>() : std::string();
    }

    void addDelta(std::vector<ChatDelta>& to, ChatDelta delta)
    {
        if (!delta.text.empty() || !delta.reasoning.empty() || !delta.toolCall.empty()
            || !delta.toolArguments.empty())
            to.push_back(std::move(delta));
    }

    std::vector<ChatDelta> chatDeltas(const json& piece)
    {
        std::vector<ChatDelta> deltas;
        const json* choices = memberOf(piece, "choices");
        if (choices == nullptr || !choices->is_array() || choices->empty())
            return deltas;
        const json& choice = choices->front();
        const json* index = memberOf(choice, "index");
        const json* delta = memberOf(choice, "delta");
        if (delta == nullptr || (index != nullptr && *index != 0))
            return deltas;
        std::string thought = textAt(*delta, "reasoning_content");
        if (thought.empty())
            thought = textAt(*delta, "reasoning");
        addDelta(deltas,
                 {.text = textAt(*delta, "content") + textAt(*delta, "refusal"),
                  .reasoning = std::move(thought)});
        const json* calls = memberOf(*delta, "tool_calls");
        if (calls == nullptr || !calls->is_array())
            return deltas;
        for (const json& call : *calls)
            if (const json* function = memberOf(call, "function"))
                addDelta(deltas,
                         {.toolCall = textAt(*function, "name"),
                          .toolArguments = textAt(*function, "arguments")});
        return deltas;
    }

    std::vector<ChatDelta> responsesDeltas(const json& piece)
    {
        std::vector<ChatDelta> deltas;
        const std::string type = textAt(piece, "type");
        const std::string text = textAt(piece, "delta");
        if (type == "response.output_text.delta" || type == "response.refusal.delta") {
            addDelta(deltas, {.text = text});
        } else if (type == "response.reasoning_summary_text.delta"
                   || type == "response.reasoning_text.delta") {
            addDelta(deltas, {.reasoning = text});
        } else if (type == "response.function_call_arguments.delta") {
            addDelta(deltas, {.toolArguments = text});
        } else if (const json* item = memberOf(piece, "item"); item != nullptr
                   && type == "response.output_item.added"
                   && textAt(*item, "type") == "function_call") {
            addDelta(deltas, {.toolCall = textAt(*item, "name")});
        }
        return deltas;
    }

    std::vector<ChatDelta> anthropicDeltas(const json& piece)
    {
        std::vector<ChatDelta> deltas;
        if (const json* block = memberOf(piece, "content_block")) {
            const bool isCall = textAt(*block, "type") == "tool_use";
            addDelta(deltas,
                     {.text = textAt(*block, "text"),
                      .reasoning = textAt(*block, "thinking"),
                      .toolCall = isCall ? textAt(*block, "name") : std::string()});
        } else if (const json* delta = memberOf(piece, "delta")) {
            addDelta(deltas,
                     {.text = textAt(*delta, "text"),
                      .reasoning = textAt(*delta, "thinking"),
                      .toolArguments = textAt(*delta, "partial_json")});
        }
        return deltas;
    }

} // namespace

std::vector<ChatDelta> deltasOf(ModelApi api, const json& piece)
{
    if (!piece.is_object())
        return {};
    switch (api) {
    case ModelApi::OpenAiChat:
        return chatDeltas(piece);
    case ModelApi::OpenAiResponses:
        return responsesDeltas(piece);
    case ModelApi::Anthropic:
        return anthropicDeltas(piece);
    case ModelApi::Gemini:
        break;
    }
    return {};
}

std::vector<ChatDelta> deltasOf(const tracestore::Message& message)
{
    std::vector<ChatDelta> deltas;
    for (const auto& part : message.parts) {
        if (const auto* text = std::get_if<tracestore::TextPart>(&part))
            addDelta(deltas, {.text = text->text});
        else if (const auto* thought = std::get_if<tracestore::ReasoningPart>(&part))
            addDelta(deltas, {.reasoning = thought->text});
        else if (const auto* call = std::get_if<tracestore::ToolCallPart>(&part))
            addDelta(deltas, {.toolCall = call->name, .toolArguments = call->arguments});
    }
    return deltas;
}

} // namespace engine
