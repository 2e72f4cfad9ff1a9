#include "engine/wire/response_parts.h"
#include "engine/wire/response_writer.h"

namespace engine {

using nlohmann::json;
using tracestore::ReasoningPart;
using tracestore::TextPart;
using tracestore::TokenUsage;
using tracestore::ToolCallPart;

namespace {

    json responsesUsage(const TokenUsage& usage)
    {
        const std::int64_t input = wholeInput(usage);
        const std::int64_t output = usage.output.value_or(0);
        json written {
            {"input_tokens", input}, {"output_tokens", output}, {"total_tokens", input + output}};
        written["input_tokens_details"]["cached_tokens"] = usage.cacheRead.value_or(0);
        if (usage.cacheWrite)
            written["input_tokens_details"]["cache_write_tokens"] = *usage.cacheWrite;
        written["output_tokens_details"]["reasoning_tokens"] = usage.reasoning.value_or(0);
        return written;
    }

    json outputText(const std::string& text)
    {
        return {{"type", "output_text"},
                {"text", text},
                {"annotations", json::array()},
                {"logprobs", json::array()}};
    }

    /// The items of an answer; each has an id made of the answer's and its place.
    class ResponsesOutput
    {
    public:
        explicit ResponsesOutput(const ChatResponse& response)
            : m_id(response.id)
        {
            for (const auto& part : response.message.parts)
                std::visit([this](const auto& known) { add(known); }, part);
        }

        json take() { return std::move(m_items); }

    private:
        std::string nextId(const char* prefix) const
        {
            return prefix + m_id + '_' + std::to_string(m_items.size());
        }

        void add(const TextPart& part)
        {
            m_items.push_back({{"type", "message"},
                               {"id", nextId("msg_")},
                               {"role", "assistant"},
                               {"status", "completed"},
                               {"content", json::array({outputText(part.text)})}});
        }

        void add(const ReasoningPart& part)
        {
            json item {{"type", "reasoning"}, {"id", nextId("rs_")}, {"summary", json::array()}};
            if (!part.text.empty())
                item["summary"].push_back({{"type", "summary_text"}, {"text", part.text}});
            if (!part.signature.empty())
                item["encrypted_content"] = part.signature;
            m_items.push_back(std::move(item));
        }

        void add(const ToolCallPart& part)
        {
            m_items.push_back({{"type", "function_call"},
                               {"id", nextId("fc_")},
                               {"call_id", part.id},
                               {"name", part.name},
                               {"arguments", part.arguments},
                               {"status", "completed"}});
        }

        template<class Part>
        void add(const Part& /*part*/)
        { }

        std::string m_id;
        json m_items = json::array();
    };

    /// Writes the events of one answer, which are numbered.
    class ResponsesEvents
    {
    public:
        ResponsesEvents(const json& body, const ResponseStyle& style)
            : m_body(body)
            , m_style(style)
        { }

        std::vector<std::string> write()
        {
            json begun = m_body;
            begun["status"] = "in_progress";
            begun["output"] = json::array();
            begun["usage"] = nullptr;
            begun["incomplete_details"] = nullptr;
            json event;
            event["response"] = begun;
            add("response.created", event);
            add("response.in_progress", event);
            for (const json& item : m_body["output"]) {
                addItem(item);
                ++m_index;
            }
            event["response"] = m_body;
            add(m_body["status"] == "incomplete" ? "response.incomplete" : "response.completed",
                event);
            return std::move(m_events);
        }

    private:
        void add(const char* type, json event)
        {
            event["type"] = type;
            event["sequence_number"] = m_events.size();
            m_events.push_back(sseText(type, event));
        }

        json itemEvent(json item) const
        {
            json event;
            event["output_index"] = m_index;
            event["item"] = std::move(item);
            return event;
        }

        json partEvent(const json& item, const char* indexKey) const
        {
            return {{"output_index", m_index}, {"item_id", item["id"]}, {indexKey, 0}};
        }

        void addItem(const json& item)
        {
            const std::string type = item["type"];
            json begun = item;
            begun["status"] = "in_progress";
            if (type == "message")
                begun["content"] = json::array();
            else if (type == "function_call")
                begun["arguments"] = "";
            else
                begun["summary"] = json::array();
            add("response.output_item.added", itemEvent(begun));
            if (type == "message")
                addText(item);
            else if (type == "function_call")
                addArguments(item);
            else
                addSummary(item);
            add("response.output_item.done", itemEvent(item));
        }

        void addText(const json& item)
        {
            json event = partEvent(item, "content_index");
            event["part"] = outputText("");
            add("response.content_part.added", event);
            event.erase("part");
            event["logprobs"] = json::array();
            const json& part = item["content"][0];
            for (const std::string& piece : piecesOf(part["text"], m_style.chunk)) {
                event["delta"] = piece;
                add("response.output_text.delta", event);
            }
            event.erase("delta");
            event["text"] = part["text"];
            add("response.output_text.done", event);
            event = partEvent(item, "content_index");
            event["part"] = part;
            add("response.content_part.done", event);
        }

        void addArguments(const json& item)
        {
            json event {{"output_index", m_index}, {"item_id", item["id"]}};
            for (const std::string& piece : piecesOf(item["arguments"], m_style.chunk)) {
                event["delta"] = piece;
                add("response.function_call_arguments.delta", event);
            }
            event.erase("delta");
            event["name"] = item["name"];
            event["arguments"] = item["arguments"];
            add("response.function_call_arguments.done", event);
        }

        void addSummary(const json& item)
        {
            if (item["summary"].empty())
                return;
            json event = partEvent(item, "summary_index");
            event["part"] = {{"type", "summary_text"}, {"text", ""}};
            add("response.reasoning_summary_part.added", event);
            event.erase("part");
            const json& part = item["summary"][0];
            for (const std::string& piece : piecesOf(part["text"], m_style.chunk)) {
                event["delta"] = piece;
                add("response.reasoning_summary_text.delta", event);
            }
            event.erase("delta");
            event["text"] = part["text"];
            add("response.reasoning_summary_text.done", event);
            event.erase("text");
            event["part"] = part;
            add("response.reasoning_summary_part.done", event);
        }

        const json& m_body;
        const ResponseStyle& m_style;
        std::size_t m_index = 0;
        std::vector<std::string> m_events;
    };

} // namespace

json openAiResponsesBody(const ChatResponse& response, const ResponseStyle& style)
{
    json body {{"id", response.id},
               {"object", "response"},
               {"created_at", secondsOf(style.created)},
               {"status", "completed"},
               {"error", nullptr},
               {"incomplete_details", nullptr},
               {"instructions", nullptr},
               {"metadata", json::object()},
               {"model", response.model},
               {"output", ResponsesOutput(response).take()},
               {"parallel_tool_calls", true},
               {"tool_choice", "auto"},
               {"tools", json::array()}};
    const FinishKind kind = finishKindOf(response);
    if (kind == FinishKind::Length || kind == FinishKind::Filter) {
        body["status"] = "incomplete";
        body["incomplete_details"]["reason"]
            = kind == FinishKind::Length ? "max_output_tokens" : "content_filter";
    }
    if (response.usage)
        body["usage"] = responsesUsage(*response.usage);
    return body;
}

std::vector<std::string> openAiResponsesEvents(const ChatResponse& response,
                                               const ResponseStyle& style)
{
    const json body = openAiResponsesBody(response, style);
    return ResponsesEvents(body, style).write();
}

} // namespace engine
