#include "engine/wire/response_parts.h"
#include "engine/wire/response_writer.h"
#include "tracestore/base/json_io.h"

namespace engine {

using nlohmann::json;
using tracestore::ReasoningPart;
using tracestore::TextPart;
using tracestore::TokenUsage;
using tracestore::ToolCallPart;

namespace {

    constexpr FinishWords kAnthropicFinishWords {"end_turn", "tool_use", "max_tokens", "refusal"};

    json anthropicUsageBody(const TokenUsage& usage)
    {
        json written {{"input_tokens", usage.input.value_or(0)},
                      {"cache_creation_input_tokens", usage.cacheWrite.value_or(0)},
                      {"cache_read_input_tokens", usage.cacheRead.value_or(0)},
                      {"output_tokens", usage.output.value_or(0)}};
        if (usage.reasoning)
            written["output_tokens_details"]["thinking_tokens"] = *usage.reasoning;
        return written;
    }

    json inputBlock(const ToolCallPart& part)
    {
        auto input = tracestore::parseJson(part.arguments);
        return input                 ? std::move(*input)
            : part.arguments.empty() ? json::object()
                                     : json(part.arguments);
    }

    json contentBlocks(const ChatResponse& response)
    {
        json blocks = json::array();
        for (const auto& part : response.message.parts) {
            if (const auto* text = std::get_if<TextPart>(&part))
                blocks.push_back({{"type", "text"}, {"text", text->text}});
            else if (const auto* call = std::get_if<ToolCallPart>(&part))
                blocks.push_back({{"type", "tool_use"},
                                  {"id", call->id},
                                  {"name", call->name},
                                  {"input", inputBlock(*call)}});
            else if (const auto* thought = std::get_if<ReasoningPart>(&part)) {
                if (thought->isEncrypted)
                    blocks.push_back({{"type", "redacted_thinking"}, {"data", thought->signature}});
                else
                    blocks.push_back({{"type", "thinking"},
                                      {"thinking", thought->text},
                                      {"signature", thought->signature}});
            }
        }
        return blocks;
    }

    /// Writes the events of one answer.
    class AnthropicEvents
    {
    public:
        AnthropicEvents(json body, std::vector<std::string> arguments, const ResponseStyle& style)
            : m_body(std::move(body))
            , m_arguments(std::move(arguments))
            , m_style(style)
        { }

        std::vector<std::string> write()
        {
            json message = m_body;
            message["content"] = json::array();
            message["stop_reason"] = nullptr;
            message["usage"]["output_tokens"] = 1;
            json event;
            event["message"] = std::move(message);
            add("message_start", event);
            for (const json& block : m_body["content"])
                addBlock(block);
            json end;
            end["delta"] = {{"stop_reason", m_body["stop_reason"]}, {"stop_sequence", nullptr}};
            end["usage"] = m_body["usage"];
            add("message_delta", end);
            add("message_stop", json::object());
            return std::move(m_events);
        }

    private:
        void add(const char* type, json event)
        {
            event["type"] = type;
            m_events.push_back(sseText(type, event));
        }

        void addBlock(const json& block)
        {
            const std::string type = block["type"];
            json begun = block;
            if (type == "text")
                begun["text"] = "";
            else if (type == "tool_use")
                begun["input"] = json::object();
            else if (type == "thinking")
                begun["thinking"] = begun["signature"] = "";
            add("content_block_start", {{"index", m_index}, {"content_block", std::move(begun)}});
            if (type == "text")
                addDeltas("text_delta", "text", block["text"]);
            else if (type == "tool_use")
                addDeltas("input_json_delta", "partial_json", m_arguments[m_index]);
            else if (type == "thinking") {
                addDeltas("thinking_delta", "thinking", block["thinking"]);
                addDelta("signature_delta", "signature", block["signature"]);
            }
            json stop;
            stop["index"] = m_index++;
            add("content_block_stop", stop);
        }

        void addDelta(const char* type, const char* key, const std::string& piece)
        {
            json delta {{"type", type}, {key, piece}};
            add("content_block_delta", {{"index", m_index}, {"delta", std::move(delta)}});
        }

        void addDeltas(const char* type, const char* key, const std::string& text)
        {
            for (const std::string& piece : piecesOf(text, m_style.chunk))
                addDelta(type, key, piece);
        }

        json m_body;
        std::vector<std::string> m_arguments; ///< of each block, as the model wrote them
        const ResponseStyle& m_style;
        std::size_t m_index = 0;
        std::vector<std::string> m_events;
    };

} // namespace

json anthropicBody(const ChatResponse& response)
{
    return {{"id", response.id},
            {"type", "message"},
            {"role", "assistant"},
            {"model", response.model},
            {"content", contentBlocks(response)},
            {"stop_reason", finishWord(response, kAnthropicFinishWords)},
            {"stop_sequence", nullptr},
            {"usage", anthropicUsageBody(usageOf(response))}};
}

std::vector<std::string> anthropicEvents(const ChatResponse& response, const ResponseStyle& style)
{
    json body = anthropicBody(response);
    std::vector<std::string> arguments;
    for (const json& block : body["content"]) {
        const json* input = block["type"] == "tool_use" ? &block["input"] : nullptr;
        arguments.push_back(input == nullptr     ? std::string()
                                : input->empty() ? std::string()
                                                 : tracestore::toJsonText(*input));
    }
    return AnthropicEvents(std::move(body), std::move(arguments), style).write();
}

} // namespace engine
