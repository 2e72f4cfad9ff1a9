#include "tracestore/import/http/answer_stream.h"

#include "tracestore/import/http/anthropic_stream.h"
#include "tracestore/import/http/gemini_stream.h"
#include "tracestore/import/http/openai_chat_stream.h"
#include "tracestore/import/http/openai_responses_stream.h"

namespace tracestore {

std::unique_ptr<AnswerStream> AnswerStream::make(ModelApi api)
{
    switch (api) {
    case ModelApi::OpenAiChat:
        return std::make_unique<OpenAiChatStream>();
    case ModelApi::OpenAiResponses:
        return std::make_unique<OpenAiResponsesStream>();
    case ModelApi::Anthropic:
        return std::make_unique<AnthropicStream>();
    case ModelApi::Gemini:
        return std::make_unique<GeminiStream>();
    }
    return nullptr;
}

void AnswerStream::add(const nlohmann::json& piece)
{
    if (!piece.is_object())
        return;
    try {
        take(piece);
    } catch (const nlohmann::json::exception&) {
        // A list where an object should be, or the like: what came before stands.
        m_wasMisshapen = true;
    }
}

void appendText(nlohmann::json& object, const char* key, const nlohmann::json* text)
{
    if (text == nullptr || !text->is_string())
        return;
    nlohmann::json& to = object[key];
    if (!to.is_string())
        to = std::string();
    to.get_ref<std::string&>() += text->get_ref<const std::string&>();
}

void overlay(nlohmann::json& to, const nlohmann::json& from)
{
    if (!from.is_object())
        return;
    if (!to.is_object())
        to = nlohmann::json::object();
    for (const auto& [key, value] : from.items()) {
        if (!value.is_null())
            to[key] = value;
        else if (!to.contains(key))
            to[key] = nullptr;
    }
}

} // namespace tracestore
