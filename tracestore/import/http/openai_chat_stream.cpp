#include "tracestore/import/http/openai_chat_stream.h"

#include "tracestore/import/reading/json_members.h"

namespace tracestore {
namespace {

    using nlohmann::json;

    /// Answers and calls are few; a stranger may write any index.
    constexpr std::int64_t kMaxChoices = 512;

    std::optional<std::int64_t> choiceIndexOf(const json& value)
    {
        const json* index = memberOf(value, "index");
        if (index == nullptr || !index->is_number_integer())
            return {};
        const auto number = index->get<std::int64_t>();
        return number >= 0 && number < kMaxChoices ? std::optional(number) : std::nullopt;
    }

    bool hasText(const json& delta, std::string_view key)
    {
        const json* text = memberOf(delta, key);
        return text != nullptr && text->is_string() && !text->get_ref<const std::string&>().empty();
    }

} // namespace

void OpenAiChatStream::take(const json& piece)
{
    if (m_body.is_null())
        m_body = {{"object", "chat.completion"}, {"choices", json::array()}};
    for (const auto& [key, value] : piece.items()) {
        if (key == "choices" || key == "object" || value.is_null() || value == "")
            continue;
        // The time of the answer is that of its first piece; Azure writes 0 before it.
        if (key == "created" && m_body.contains(key) && m_body[key] != 0)
            continue;
        m_body[key] = value;
    }
    if (const json* choices = memberOf(piece, "choices"); choices && choices->is_array())
        for (const json& choice : *choices)
            addChoice(choice);
    if (memberOf(piece, "error"))
        m_isEnded = true;
}

bool OpenAiChatStream::beginsAnother(const json& piece) const
{
    const std::string id = plainTextOf(piece, {"id"});
    const std::string known = plainTextOf(m_body, {"id"});
    return !id.empty() && !known.empty() && id != known;
}

json& OpenAiChatStream::choiceAt(std::int64_t index)
{
    json& choices = m_body["choices"];
    for (json& choice : choices) {
        if (choice["index"] == index)
            return choice;
    }
    choices.push_back({{"index", index}, {"message", json::object()}, {"finish_reason", nullptr}});
    return choices.back();
}

void OpenAiChatStream::addChoice(const json& choice)
{
    json& whole = choiceAt(choiceIndexOf(choice).value_or(0));
    for (const auto& [key, value] : choice.items()) {
        if (key != "index" && key != "delta" && !value.is_null())
            whole[key] = value;
    }
    if (memberOf(choice, "finish_reason"))
        m_isEnded = true;
    const json* delta = memberOf(choice, "delta");
    if (delta == nullptr)
        return;
    json& message = whole["message"];
    for (const auto& [key, value] : delta->items()) {
        if (key == "tool_calls" || key == "function_call")
            continue;
        if (key == "role" || !value.is_string())
            overlay(message, {{key, value}});
        else
            appendText(message, key.c_str(), &value);
    }
    if (const json* calls = memberOf(*delta, "tool_calls"); calls && calls->is_array())
        for (const json& call : *calls)
            addCall(message, call);
    if (const json* call = memberOf(*delta, "function_call")) {
        for (const char* key : {"name", "arguments"})
            appendText(message["function_call"], key, memberOf(*call, key));
        m_hasContent = true;
    }
    m_hasContent = m_hasContent || hasText(*delta, "content") || hasText(*delta, "refusal")
        || hasText(*delta, "reasoning") || hasText(*delta, "reasoning_content");
}

/// Calls are put together by their index; a call without one that has an id is another.
void OpenAiChatStream::addCall(json& message, const json& call)
{
    m_hasContent = true;
    json& calls = message["tool_calls"];
    if (!calls.is_array())
        calls = json::array();
    const auto index = choiceIndexOf(call);
    json* whole = nullptr;
    for (json& known : calls) {
        if (index ? known["index"] == *index : &known == &calls.back() && !memberOf(call, "id"))
            whole = &known;
    }
    if (whole == nullptr) {
        calls.push_back({{"function", json::object()}});
        whole = &calls.back();
        if (index)
            (*whole)["index"] = *index;
    }
    for (const char* key : {"id", "type"})
        if (hasText(call, key))
            (*whole)[key] = call[key];
    if (const json* function = memberOf(call, "function"))
        for (const char* key : {"name", "arguments"})
            appendText((*whole)["function"], key, memberOf(*function, key));
}

} // namespace tracestore
