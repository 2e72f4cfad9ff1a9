#include "engine/wire/request_parts.h"
#include "engine/wire/request_writer.h"
#include "engine/wire/tool_choice.h"
#include "tracestore/base/json_io.h"

namespace engine {

using nlohmann::json;
using tracestore::MediaPart;
using tracestore::Message;
using tracestore::MessagePart;
using tracestore::ReasoningPart;
using tracestore::Role;
using tracestore::TextPart;
using tracestore::ToolCallPart;
using tracestore::ToolResultPart;

namespace {

    json chatMedia(const MediaPart& media)
    {
        constexpr std::string_view kAudio = "audio/";
        if (media.mimeType.starts_with(kAudio) && !media.data.empty())
            return {{"type", "input_audio"},
                    {"input_audio",
                     {{"data", media.data}, {"format", media.mimeType.substr(kAudio.size())}}}};
        if (media.mimeType.starts_with("application/")) {
            json file = media.data.empty() ? json {{"file_id", media.reference}}
                                           : json {{"file_data", addressOf(media)}};
            return {{"type", "file"}, {"file", std::move(file)}};
        }
        return {{"type", "image_url"}, {"image_url", {{"url", addressOf(media)}}}};
    }

    /// A text where there is only one: not every server takes parts.
    json chatContent(const Message& message)
    {
        json parts = json::array();
        for (const MessagePart& part : message.parts) {
            if (const auto* text = std::get_if<TextPart>(&part))
                parts.push_back({{"type", "text"}, {"text", text->text}});
            else if (const auto* media = std::get_if<MediaPart>(&part))
                parts.push_back(chatMedia(*media));
        }
        if (parts.empty())
            return "";
        if (parts.size() == 1 && parts.front()["type"] == "text")
            return parts.front()["text"];
        return parts;
    }

    /// Turns messages into those of chat completions.
    class ChatMessages
    {
    public:
        explicit ChatMessages(const ChatRequest& request)
            : m_messages(request.messages.pointers())
            , m_skipped(providerRunCalls(request, m_messages))
        {
            for (std::size_t i = 0; i < m_messages.size(); ++i)
                if (m_messages[i]->role == Role::User)
                    m_lastUser = i;
        }

        json write()
        {
            for (std::size_t i = 0; i < m_messages.size(); ++i) {
                const Message& message = *m_messages[i];
                if (message.role == Role::Assistant)
                    addAssistant(message, i > m_lastUser);
                else
                    addOther(message);
            }
            return std::move(m_list);
        }

    private:
        void addResults(const Message& message)
        {
            for (const MessagePart& part : message.parts) {
                const auto* result = std::get_if<ToolResultPart>(&part);
                if (result != nullptr && !m_skipped.contains(result->callId))
                    m_list.push_back({{"role", "tool"},
                                      {"tool_call_id", result->callId},
                                      {"content", resultWithFailure(*result)}});
            }
        }

        void addOther(const Message& message)
        {
            addResults(message);
            json content = chatContent(message);
            if (message.role == Role::Tool || (content == "" && !message.parts.empty()))
                return;
            json written {{"content", std::move(content)}};
            if (message.role == Role::System)
                written["role"] = message.origRole == "developer" ? "developer" : "system";
            else
                written["role"] = "user";
            if (!message.name.empty())
                written["name"] = message.name;
            m_list.push_back(std::move(written));
        }

        void addAssistant(const Message& message, bool isOfThisTurn)
        {
            std::string text;
            std::string reasoning;
            json calls = json::array();
            for (const MessagePart& part : message.parts) {
                if (const auto* said = std::get_if<TextPart>(&part))
                    text += said->text;
                else if (const auto* thought = std::get_if<ReasoningPart>(&part))
                    reasoning += thought->text;
                else if (const auto* call = std::get_if<ToolCallPart>(&part);
                         call != nullptr && !m_skipped.contains(call->id))
                    calls.push_back(
                        {{"id", call->id},
                         {"type", "function"},
                         {"function",
                          {{"name", call->name},
                           {"arguments", call->arguments.empty() ? "{}" : call->arguments}}}});
            }
            json written {{"role", "assistant"}, {"content", text}};
            if (!calls.empty()) {
                if (text.empty())
                    written["content"] = nullptr;
                written["tool_calls"] = std::move(calls);
            }
            // Those who show their reasoning here want it back while tools are at work, and refuse
            // that of earlier turns.
            if (!reasoning.empty() && isOfThisTurn)
                written["reasoning_content"] = reasoning;
            if (!message.name.empty())
                written["name"] = message.name;
            m_list.push_back(std::move(written));
        }

        std::vector<const Message*> m_messages;
        std::set<std::string> m_skipped;
        std::size_t m_lastUser = 0;
        json m_list = json::array();
    };

    void addChatTools(json& body, const ChatRequest& request)
    {
        json tools = takeMember(body, "tools"); // those that are not functions
        if (!tools.is_array())
            tools = json::array();
        for (const ToolDefinition& tool : request.tools)
            tools.push_back({{"type", "function"},
                             {"function",
                              {{"name", tool.name},
                               {"description", tool.description},
                               {"parameters", schemaOf(tool)}}}});
        if (!tools.empty())
            body["tools"] = std::move(tools);
    }

} // namespace

json openAiChatRequest(const ChatRequest& request)
{
    json body = parametersOf(request);
    renameParameter(body, "max_output_tokens", "max_completion_tokens");
    renameParameter(body, "stop_sequences", "stop");
    if (const auto choice = readToolChoice(body.value("tool_choice", json())))
        body["tool_choice"] = openAiToolChoice(*choice, true);
    addChatTools(body, request);
    body["model"] = request.model;
    body["messages"] = ChatMessages(request).write();
    body.erase("stream");
    if (request.isStreamed) {
        body["stream"] = true;
        objectAt(body, "stream_options")["include_usage"] = true;
    } else {
        body.erase("stream_options");
    }
    return body;
}

} // namespace engine
