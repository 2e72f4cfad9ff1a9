#include "engine/wire/request_parts.h"
#include "engine/wire/request_writer.h"
#include "engine/wire/tool_choice.h"
#include "tracestore/base/json_io.h"

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

    json responsesMedia(const MediaPart& media)
    {
        const bool isFile = media.mimeType.starts_with("application/");
        const bool isId = media.data.empty() && !isWebAddress(media.reference);
        json part {{"type", isFile ? "input_file" : "input_image"}};
        if (isId)
            part["file_id"] = media.reference;
        else if (!isFile)
            part["image_url"] = addressOf(media);
        else
            part[media.data.empty() ? "file_url" : "file_data"] = addressOf(media);
        return part;
    }

    /// Turns messages into the items of a response's input. The parts of an assistant's message
    /// are items of their own there, in the same order.
    class ResponsesItems
    {
    public:
        explicit ResponsesItems(const ChatRequest& request)
            : m_messages(request.messages.pointers())
            , m_skipped(providerRunCalls(request, m_messages))
        { }

        json write(std::size_t from)
        {
            for (std::size_t i = from; i < m_messages.size(); ++i) {
                const Message& message = *m_messages[i];
                m_role = message.role == Role::Assistant ? "assistant"
                    : message.role == Role::System
                    ? (message.origRole == "developer" ? "developer" : "system")
                    : "user";
                m_content = json::array();
                for (const MessagePart& part : message.parts)
                    std::visit([this](const auto& known) { add(known); }, part);
                flush();
            }
            return std::move(m_items);
        }

    private:
        void flush()
        {
            if (m_content.empty())
                return;
            json item {{"type", "message"}, {"role", m_role}, {"content", std::move(m_content)}};
            m_content = json::array();
            m_items.push_back(std::move(item));
        }

        void add(const TextPart& part)
        {
            const bool isAssistant = m_role == "assistant";
            m_content.push_back(
                {{"type", isAssistant ? "output_text" : "input_text"}, {"text", part.text}});
        }

        void add(const MediaPart& part) { m_content.push_back(responsesMedia(part)); }

        /// Only what the provider sealed can be given back: nothing is stored there.
        void add(const ReasoningPart& part)
        {
            if (!isSealedByOpenAi(part))
                return;
            flush();
            json summary = json::array();
            if (!part.text.empty())
                summary.push_back({{"type", "summary_text"}, {"text", part.text}});
            m_items.push_back({{"type", "reasoning"},
                               {"summary", std::move(summary)},
                               {"encrypted_content", part.signature}});
        }

        void add(const ToolCallPart& part)
        {
            if (m_skipped.contains(part.id))
                return;
            flush();
            m_items.push_back({{"type", "function_call"},
                               {"call_id", part.id},
                               {"name", part.name},
                               {"arguments", part.arguments.empty() ? "{}" : part.arguments}});
        }

        void add(const ToolResultPart& part)
        {
            if (m_skipped.contains(part.callId))
                return;
            flush();
            m_items.push_back({{"type", "function_call_output"},
                               {"call_id", part.callId},
                               {"output", resultWithFailure(part)}});
        }

        void add(const OtherPart& /*part*/) { }

        std::vector<const Message*> m_messages;
        std::set<std::string> m_skipped;
        std::string m_role;
        json m_content;
        json m_items = json::array();
    };

    void addResponsesTools(json& body, const ChatRequest& request)
    {
        json tools = takeMember(body, "tools"); // those that the provider has built in
        if (!tools.is_array())
            tools = json::array();
        // Without `strict` the API turns schemas into stricter ones by itself.
        for (const ToolDefinition& tool : request.tools)
            tools.push_back({{"type", "function"},
                             {"name", tool.name},
                             {"description", tool.description},
                             {"parameters", schemaOf(tool)},
                             {"strict", false}});
        if (!tools.empty())
            body["tools"] = std::move(tools);
    }

    /// We send the whole conversation each time, so nothing has to be stored there; reasoning is
    /// then asked for in sealed form.
    void keepNothingThere(json& body)
    {
        if (!body.contains("store"))
            body["store"] = false;
        if (body["store"] == false && body.contains("reasoning") && !body.contains("include"))
            body["include"] = json::array({"reasoning.encrypted_content"});
    }

} // namespace

json openAiResponsesRequest(const ChatRequest& request)
{
    json body = parametersOf(request);
    renameParameter(body, "max_completion_tokens", "max_output_tokens");
    renameParameter(body, "max_tokens", "max_output_tokens");
    if (const json effort = takeMember(body, "reasoning_effort"); !effort.is_null())
        objectAt(body, "reasoning")["effort"] = effort;
    if (const auto choice = readToolChoice(body.value("tool_choice", json())))
        body["tool_choice"] = openAiToolChoice(*choice, false);
    addResponsesTools(body, request);
    keepNothingThere(body);
    const auto messages = request.messages.pointers();
    if (const std::string instructions = leadingInstructions(messages); !instructions.empty())
        body["instructions"] = instructions;
    body["model"] = request.model;
    body["input"] = ResponsesItems(request).write(leadingSystemCount(messages));
    body.erase("stream");
    if (request.isStreamed)
        body["stream"] = true;
    return body;
}

} // namespace engine
