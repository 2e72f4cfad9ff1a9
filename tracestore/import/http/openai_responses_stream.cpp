#include "tracestore/import/http/openai_responses_stream.h"

#include "tracestore/import/reading/json_members.h"

namespace tracestore {
namespace {

    using nlohmann::json;

    /// Items and parts are few; a stranger may write any index.
    constexpr std::size_t kMaxIndex = 512;

    std::size_t indexOf(const json& piece, const char* key)
    {
        const json* index = memberOf(piece, key);
        return index != nullptr && index->is_number_unsigned()
            ? std::min(index->get<std::size_t>(), kMaxIndex)
            : 0;
    }

    json& elementAt(json& list, std::size_t index)
    {
        if (!list.is_array())
            list = json::array();
        while (list.size() <= index)
            list.push_back(json::object());
        return list[index];
    }

    bool isLastEvent(std::string_view type)
    {
        return type == "response.completed" || type == "response.failed"
            || type == "response.incomplete" || type == "response.cancelled"
            || type == "response.done";
    }

} // namespace

void OpenAiResponsesStream::take(const json& piece)
{
    const std::string type = plainTextOf(piece, {"type"});
    if (m_body.is_null())
        m_body = {{"object", "response"}, {"output", json::array()}};
    if (type == "error") {
        m_body["error"] = memberOf(piece, "error") ? *memberOf(piece, "error") : piece;
        m_isEnded = true;
        return;
    }
    const bool isLast = isLastEvent(type);
    // One connection may carry several answers, and a recorder may put them into one record.
    if (m_body["output"].is_array() && beginsAnother(piece)) {
        m_firstItem = m_body["output"].size();
        m_wasRestarted = true;
    }
    if (const json* response = memberOf(piece, "response"))
        addResponse(*response, isLast);
    m_isEnded = m_isEnded || isLast;
    if (const json* item = memberOf(piece, "item")) {
        elementAt(m_body["output"], m_firstItem + indexOf(piece, "output_index")) = *item;
        // Reasoning that is not shown begins like anything else the model says.
        m_hasContent = true;
        return;
    }
    constexpr std::string_view kPrefix = "response.";
    if (type.starts_with(kPrefix) && !memberOf(piece, "response"))
        addToItem(std::string_view(type).substr(kPrefix.size()), piece);
}

bool OpenAiResponsesStream::beginsAnother(const json& piece) const
{
    const json* response = memberOf(piece, "response");
    if (response == nullptr)
        return false;
    const std::string id = plainTextOf(*response, {"id"});
    const std::string known = plainTextOf(m_body, {"id"});
    return !id.empty() && !known.empty() && id != known;
}

void OpenAiResponsesStream::addResponse(const json& response, bool isLast)
{
    if (!response.is_object())
        return;
    // Some send no output with the last event: what was put together stands.
    const json* output = memberOf(response, "output");
    const bool hasOutput = output != nullptr && output->is_array() && !output->empty();
    json kept = m_body["output"];
    overlay(m_body, response);
    if (!hasOutput || !isLast || m_firstItem > 0)
        m_body["output"] = kept.is_array() && !kept.empty() ? std::move(kept) : m_body["output"];
}

json* OpenAiResponsesStream::itemOf(const json& piece)
{
    if (!memberOf(piece, "output_index"))
        return nullptr;
    json& item = elementAt(m_body["output"], m_firstItem + indexOf(piece, "output_index"));
    return item.is_object() ? &item : nullptr;
}

json& OpenAiResponsesStream::partOf(
    json& item, const char* list, const json& piece, const char* indexKey, const char* type)
{
    json& part = elementAt(item[list], indexOf(piece, indexKey));
    if (!part.is_object())
        part = json::object();
    if (!part.contains("type"))
        part["type"] = type;
    return part;
}

/// `done` events repeat what the deltas gave, and the item says it again.
void OpenAiResponsesStream::addToItem(std::string_view what, const json& piece)
{
    json* item = itemOf(piece);
    if (item == nullptr)
        return;
    const json* delta = memberOf(piece, "delta");
    m_hasContent = m_hasContent || what.ends_with(".delta");
    if (what == "content_part.added" && memberOf(piece, "part"))
        elementAt((*item)["content"], indexOf(piece, "content_index")) = *memberOf(piece, "part");
    else if (what == "output_text.delta")
        appendText(partOf(*item, "content", piece, "content_index", "output_text"), "text", delta);
    else if (what == "refusal.delta")
        appendText(partOf(*item, "content", piece, "content_index", "refusal"), "refusal", delta);
    else if (what == "reasoning_text.delta")
        appendText(
            partOf(*item, "content", piece, "content_index", "reasoning_text"), "text", delta);
    else if (what == "reasoning_summary_text.delta")
        appendText(partOf(*item, "summary", piece, "summary_index", "summary_text"), "text", delta);
    else if (what == "function_call_arguments.delta" || what == "mcp_call_arguments.delta")
        appendText(*item, "arguments", delta);
    else if (what == "custom_tool_call_input.delta")
        appendText(*item, "input", delta);
    else if (what == "code_interpreter_call_code.delta")
        appendText(*item, "code", delta);
    else if (what == "shell_call_command.delta") {
        json& command = elementAt((*item)["action"]["commands"], indexOf(piece, "command_index"));
        command = (command.is_string() ? command.get<std::string>() : std::string())
            + plainTextOf(delta);
    }
}

} // namespace tracestore
