#include "engine/wire/response_parts.h"
#include "engine/wire/response_writer.h"

namespace engine {

using nlohmann::json;
using tracestore::ReasoningPart;
using tracestore::TextPart;
using tracestore::TokenUsage;
using tracestore::ToolCallPart;

namespace {

    constexpr FinishWords kChatFinishWords {"stop", "tool_calls", "length", "content_filter"};

    json chatUsage(const TokenUsage& usage)
    {
        const std::int64_t input = wholeInput(usage);
        const std::int64_t output = usage.output.value_or(0);
        json written {{"prompt_tokens", input},
                      {"completion_tokens", output},
                      {"total_tokens", input + output}};
        if (usage.cacheRead)
            written["prompt_tokens_details"]["cached_tokens"] = *usage.cacheRead;
        if (usage.cacheWrite)
            written["prompt_tokens_details"]["cache_write_tokens"] = *usage.cacheWrite;
        if (usage.reasoning)
            written["completion_tokens_details"]["reasoning_tokens"] = *usage.reasoning;
        return written;
    }

    struct ChatParts
    {
        std::string text;
        std::string reasoning;
        std::vector<const ToolCallPart*> calls;
    };

    ChatParts chatPartsOf(const ChatResponse& response)
    {
        ChatParts parts;
        for (const auto& part : response.message.parts) {
            if (const auto* text = std::get_if<TextPart>(&part))
                parts.text += text->text;
            else if (const auto* thought = std::get_if<ReasoningPart>(&part))
                parts.reasoning += thought->text;
            else if (const auto* call = std::get_if<ToolCallPart>(&part))
                parts.calls.push_back(call);
        }
        return parts;
    }

    json chatMessage(const ChatResponse& response)
    {
        const ChatParts parts = chatPartsOf(response);
        json message {{"role", "assistant"}, {"content", parts.text}, {"refusal", nullptr}};
        if (!parts.reasoning.empty())
            message["reasoning_content"] = parts.reasoning;
        for (const ToolCallPart* call : parts.calls)
            message["tool_calls"].push_back(
                {{"id", call->id},
                 {"type", "function"},
                 {"function", {{"name", call->name}, {"arguments", call->arguments}}}});
        if (parts.text.empty() && !parts.calls.empty())
            message["content"] = nullptr;
        return message;
    }

    /// Writes the chunks of one answer.
    class ChatChunks
    {
    public:
        ChatChunks(const ChatResponse& response, const ResponseStyle& style)
            : m_response(response)
            , m_style(style)
        { }

        std::vector<std::string> write()
        {
            const ChatParts parts = chatPartsOf(m_response);
            addDelta({{"role", "assistant"}, {"content", ""}});
            for (const std::string& piece : piecesOf(parts.reasoning, m_style.chunk))
                addDelta({{"reasoning_content", piece}});
            for (const std::string& piece : piecesOf(parts.text, m_style.chunk))
                addDelta({{"content", piece}});
            for (std::size_t i = 0; i < parts.calls.size(); ++i)
                addCall(i, *parts.calls[i]);
            addDelta(json::object(), finishWord(m_response, kChatFinishWords));
            if (m_style.includesUsage) {
                json last = chunk(json::array());
                last["usage"] = chatUsage(usageOf(m_response));
                m_events.push_back(sseText({}, last));
            }
            m_events.emplace_back("data: [DONE]\n\n");
            return std::move(m_events);
        }

    private:
        json chunk(json choices)
        {
            json written {{"id", m_response.id},
                          {"object", "chat.completion.chunk"},
                          {"created", secondsOf(m_style.created)},
                          {"model", m_response.model},
                          {"choices", std::move(choices)}};
            if (m_style.includesUsage)
                written["usage"] = nullptr;
            return written;
        }

        void addDelta(json delta, const json& finish = nullptr)
        {
            json choice {{"index", 0},
                         {"delta", std::move(delta)},
                         {"logprobs", nullptr},
                         {"finish_reason", finish}};
            m_events.push_back(sseText({}, chunk(json::array({std::move(choice)}))));
        }

        void addCallDelta(json call)
        {
            json delta;
            delta["tool_calls"] = json::array({std::move(call)});
            addDelta(std::move(delta));
        }

        void addCall(std::size_t index, const ToolCallPart& call)
        {
            addCallDelta({{"index", index},
                          {"id", call.id},
                          {"type", "function"},
                          {"function", {{"name", call.name}, {"arguments", ""}}}});
            for (const std::string& piece : piecesOf(call.arguments, m_style.chunk)) {
                json function;
                function["arguments"] = piece;
                addCallDelta({{"index", index}, {"function", std::move(function)}});
            }
        }

        const ChatResponse& m_response;
        const ResponseStyle& m_style;
        std::vector<std::string> m_events;
    };

} // namespace

json openAiChatBody(const ChatResponse& response, const ResponseStyle& style)
{
    json choice {{"index", 0},
                 {"message", chatMessage(response)},
                 {"logprobs", nullptr},
                 {"finish_reason", finishWord(response, kChatFinishWords)}};
    json body {{"id", response.id},
               {"object", "chat.completion"},
               {"created", secondsOf(style.created)},
               {"model", response.model},
               {"choices", json::array({std::move(choice)})}};
    if (response.usage)
        body["usage"] = chatUsage(*response.usage);
    return body;
}

std::vector<std::string> openAiChatEvents(const ChatResponse& response, const ResponseStyle& style)
{
    return ChatChunks(response, style).write();
}

} // namespace engine
