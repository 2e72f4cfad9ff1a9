#include "engine/wire/request_parts.h"
#include "engine/wire/request_writer.h"
#include "engine/wire/tool_choice.h"
#include "tracestore/base/json_io.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::MediaPart;
using tracestore::Message;
using tracestore::MessagePart;
using tracestore::OtherPart;
using tracestore::ReasoningPart;
using tracestore::Role;
using tracestore::TextPart;
using tracestore::ToolCallPart;
using tracestore::ToolResultPart;

namespace {

    /// The API demands a limit; every model of today takes this one.
    constexpr int kDefaultMaxTokens = 8192;

    bool isBlank(const std::string& text)
    {
        return text.find_first_not_of(" \t\r\n") == std::string::npos;
    }

    json anthropicMedia(const MediaPart& media)
    {
        const bool isImage
            = media.mimeType.starts_with("image/") || !media.mimeType.starts_with("application/");
        json source;
        if (!media.data.empty())
            source = {{"type", "base64"}, {"media_type", media.mimeType}, {"data", media.data}};
        else if (isWebAddress(media.reference))
            source = {{"type", "url"}, {"url", media.reference}};
        else
            source = {{"type", "file"}, {"file_id", media.reference}};
        return {{"type", isImage ? "image" : "document"}, {"source", std::move(source)}};
    }

    /// Arguments have to be an object here; what a model wrote otherwise is wrapped into one.
    json inputOf(const ToolCallPart& call)
    {
        if (call.arguments.empty())
            return json::object();
        auto parsed = tracestore::parseJson(call.arguments);
        if (parsed && parsed->is_object())
            return std::move(*parsed);
        return {{"arguments", call.arguments}};
    }

    /// Turns messages into turns of user and assistant: neighbours of one side are one turn, and
    /// results of tools stand at the beginning of it, as the API demands.
    class AnthropicTurns
    {
    public:
        explicit AnthropicTurns(const ChatRequest& request)
            : m_messages(request.messages.pointers())
            , m_skipped(providerRunCalls(request, m_messages))
        { }

        json write(std::size_t from)
        {
            for (std::size_t i = from; i < m_messages.size(); ++i) {
                const Message& message = *m_messages[i];
                const bool isAssistant = message.role == Role::Assistant;
                if (isAssistant != m_isAssistant)
                    flush();
                m_isAssistant = isAssistant;
                for (const MessagePart& part : message.parts)
                    std::visit([this](const auto& known) { add(known); }, part);
            }
            flush();
            return std::move(m_turns);
        }

    private:
        void flush()
        {
            if (m_content.empty())
                return;
            if (!m_isAssistant)
                std::stable_partition(m_content.begin(), m_content.end(), [](const json& block) {
                    return block["type"] == "tool_result";
                });
            m_turns.push_back(
                {{"role", m_isAssistant ? "assistant" : "user"}, {"content", m_content}});
            m_content.clear();
        }

        void add(const TextPart& part)
        {
            if (!isBlank(part.text)) // refused by the API
                m_content.push_back({{"type", "text"}, {"text", part.text}});
        }

        void add(const MediaPart& part) { m_content.push_back(anthropicMedia(part)); }

        /// Thoughts are taken back only as they were signed.
        void add(const ReasoningPart& part)
        {
            if (part.signature.empty() || isSealedByOpenAi(part))
                return;
            if (part.isEncrypted)
                m_content.push_back({{"type", "redacted_thinking"}, {"data", part.signature}});
            else
                m_content.push_back(
                    {{"type", "thinking"}, {"thinking", part.text}, {"signature", part.signature}});
        }

        void add(const ToolCallPart& part)
        {
            if (!m_skipped.contains(part.id))
                m_content.push_back({{"type", "tool_use"},
                                     {"id", part.id},
                                     {"name", part.name},
                                     {"input", inputOf(part)}});
        }

        void add(const ToolResultPart& part)
        {
            if (m_skipped.contains(part.callId))
                return;
            json block {
                {"type", "tool_result"}, {"tool_use_id", part.callId}, {"content", part.content}};
            if (part.isError)
                block["is_error"] = true;
            m_content.push_back(std::move(block));
        }

        void add(const OtherPart& /*part*/) { }

        std::vector<const Message*> m_messages;
        std::set<std::string> m_skipped;
        bool m_isAssistant = false;
        std::vector<json> m_content;
        json m_turns = json::array();
    };

    void addAnthropicTools(json& body, const ChatRequest& request)
    {
        json tools = takeMember(body, "tools"); // those that the provider has built in
        if (!tools.is_array())
            tools = json::array();
        for (const ToolDefinition& tool : request.tools)
            tools.push_back({{"name", tool.name},
                             {"description", tool.description},
                             {"input_schema", schemaOf(tool)}});
        if (!tools.empty())
            body["tools"] = std::move(tools);
    }

    void addAnthropicToolChoice(json& body)
    {
        const json parallel = takeMember(body, "parallel_tool_calls");
        if (const auto choice = readToolChoice(body.value("tool_choice", json()));
            choice && body["tool_choice"].is_string())
            body["tool_choice"] = anthropicToolChoice(*choice);
        else if (choice && body["tool_choice"]["type"] == "function")
            body["tool_choice"] = anthropicToolChoice(*choice);
        if (parallel != false || !body.contains("tools"))
            return;
        if (!body.contains("tool_choice"))
            body["tool_choice"] = {{"type", "auto"}};
        if (body["tool_choice"].is_object() && body["tool_choice"]["type"] != "none")
            body["tool_choice"]["disable_parallel_tool_use"] = true;
    }

} // namespace

json anthropicRequest(const ChatRequest& request)
{
    json body = parametersOf(request);
    renameParameter(body, "max_completion_tokens", "max_tokens");
    renameParameter(body, "max_output_tokens", "max_tokens");
    renameParameter(body, "stop", "stop_sequences");
    if (body.contains("stop_sequences") && body["stop_sequences"].is_string())
        body["stop_sequences"] = json::array({body["stop_sequences"]});
    if (!body.contains("max_tokens"))
        body["max_tokens"] = kDefaultMaxTokens;
    addAnthropicTools(body, request);
    addAnthropicToolChoice(body);
    const auto messages = request.messages.pointers();
    if (const std::string instructions = leadingInstructions(messages); !instructions.empty())
        body["system"] = instructions;
    body["model"] = request.model;
    body["messages"] = AnthropicTurns(request).write(leadingSystemCount(messages));
    body.erase("stream");
    if (request.isStreamed)
        body["stream"] = true;
    return body;
}

} // namespace engine
