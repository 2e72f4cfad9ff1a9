#include "tracestore/import/http/exchange_content.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/messages/message_part_json.h"
#include "tracestore/import/reading/json_members.h"

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

    /// Members of a request that are no parameters of the model.
    constexpr std::string_view kNoParameters[] = {"messages",
                                                  "contents",
                                                  "input",
                                                  "prompt",
                                                  "system",
                                                  "instructions",
                                                  "systemInstruction",
                                                  "system_instruction",
                                                  "tools",
                                                  "model",
                                                  "type"};

    /// The items of OpenAI's responses are one message to everybody else. A call that the provider
    /// ran itself holds its result.
    Message messageOfItems(const json& output)
    {
        Message message {.role = Role::Assistant};
        for (const json& item : output) {
            const json* content = memberOf(item, "content");
            if (plainTextOf(item, {"type"}) == "message" && content && content->is_array()) {
                for (const json& part : *content)
                    message.parts.push_back(partOf(part));
                continue;
            }
            message.parts.push_back(partOf(item));
            const auto* call = std::get_if<ToolCallPart>(&message.parts.back());
            if (call == nullptr || !anyMemberOf(item, {"output", "outputs", "results", "error"}))
                continue;
            const json* error = memberOf(item, "error");
            ToolResultPart result {.callId = call->id,
                                   .content
                                   = plainTextOf(item, {"error", "output", "outputs", "results"}),
                                   .isError = error != nullptr};
            message.parts.emplace_back(std::move(result));
        }
        return message;
    }

    const json* errorIn(const json& answer)
    {
        const json* error = memberOf(answer, "error");
        if (error != nullptr)
            return error;
        return plainTextOf(answer, {"type"}) == "error" ? &answer : nullptr;
    }

    void addReason(AnswerFacts& facts, std::string reason)
    {
        if (!reason.empty()
            && std::ranges::find(facts.finishReasons, reason) == facts.finishReasons.end())
            facts.finishReasons.push_back(std::move(reason));
    }

    void readReasons(const json& answer, AnswerFacts& facts)
    {
        addReason(facts, plainTextOf(answer, {"stop_reason"}));
        for (const std::string_view list : {"choices", "candidates"}) {
            const json* choices = memberOf(answer, list);
            if (choices == nullptr || !choices->is_array())
                continue;
            for (const json& choice : *choices)
                addReason(facts, plainTextOf(choice, {"finish_reason", "finishReason"}));
        }
        if (plainTextOf(answer, {"object"}) == "response") {
            if (const json* why = memberOf(answer, "incomplete_details"))
                addReason(facts, plainTextOf(*why, {"reason"}));
            addReason(facts, plainTextOf(answer, {"status"}));
        }
    }

    std::optional<SpanError> errorOf(const Exchange& exchange)
    {
        if (exchange.error)
            return exchange.error;
        constexpr int kFirstFailure = 400;
        const bool isFailure = exchange.httpStatus.value_or(0) >= kFirstFailure;
        const json* error = errorIn(exchange.answer);
        if (error == nullptr && !isFailure)
            return {};
        SpanError result;
        if (error != nullptr) {
            result.type = plainTextOf(*error, {"type", "code", "status"});
            result.message
                = error->is_object() ? plainTextOf(*error, {"message"}) : plainTextOf(error);
        } else if (exchange.answer.is_string()) {
            result.message = exchange.answer.get<std::string>();
        }
        if (result.type.empty() && isFailure)
            result.type = "HTTP " + std::to_string(*exchange.httpStatus);
        if (result.message.empty())
            result.message = "The provider answered with an error.";
        return result;
    }

    std::string definitionsOf(const json& request)
    {
        const json* tools = memberOf(request, "tools");
        return tools != nullptr && tools->is_array() && !tools->empty() ? toJsonText(*tools)
                                                                        : std::string();
    }

    void addAttributes(const json& object, std::string_view prefix, SpanDetail& detail)
    {
        if (!object.is_object())
            return;
        for (const auto& [key, value] : object.items())
            detail.attributes.push_back({std::string(prefix) + key, toJsonText(value)});
    }

    /// What the answer says beyond its messages.
    void addAnswerAttributes(const json& answer, SpanDetail& detail)
    {
        constexpr std::string_view kShown[]
            = {"content", "choices", "output", "candidates", "role", "object", "type", "tools"};
        if (!answer.is_object())
            return;
        for (const auto& [key, value] : answer.items()) {
            if (std::ranges::find(kShown, key) == std::end(kShown) && !value.is_null())
                detail.attributes.push_back({"response." + key, toJsonText(value)});
        }
    }

} // namespace

std::vector<Message> answerMessages(const Exchange& exchange)
{
    const json& answer = exchange.answer;
    if (!answer.is_object())
        return {};
    const json* output = memberOf(answer, "output");
    if (exchange.api == ModelApi::OpenAiResponses && output && output->is_array()) {
        std::vector<Message> messages {messageOfItems(*output)};
        if (messages.front().parts.empty())
            messages.clear();
        return messages;
    }
    if (exchange.api == ModelApi::Anthropic && !memberOf(answer, "content"))
        return {};
    std::vector<Message> messages = messagesOf(answer, Role::Assistant);
    std::erase_if(messages, [](const Message& message) { return message.parts.empty(); });
    return messages;
}

std::vector<Message> requestMessages(const Exchange& exchange)
{
    const json& request = exchange.request;
    return request.is_object() ? messagesOf(request, Role::User) : std::vector<Message>();
}

AnswerFacts answerFacts(const Exchange& exchange)
{
    const json& answer = exchange.answer;
    AnswerFacts facts {.id = plainTextOf(answer, {"id", "responseId"}),
                       .model = plainTextOf(answer, {"model", "modelVersion"})};
    const json* created = anyMemberOf(answer, {"created", "created_at"});
    constexpr std::int64_t kLatest = 4'102'444'800; // 2100
    constexpr std::int64_t kNsPerSecond = 1'000'000'000;
    if (created != nullptr && created->is_number()) {
        const double seconds = created->get<double>();
        if (seconds > 0 && seconds < static_cast<double>(kLatest))
            facts.created = Timestamp {static_cast<std::int64_t>(seconds) * kNsPerSecond};
    }
    readReasons(answer, facts);
    facts.error = errorOf(exchange);
    const std::string state = plainTextOf(answer, {"status"});
    if (facts.error || state == "failed")
        facts.status = SpanStatus::Error;
    else if (state == "cancelled")
        facts.status = SpanStatus::Cancelled;
    else if (answer.is_object() && !exchange.isCut)
        facts.status = SpanStatus::Ok;
    return facts;
}

SpanDetail exchangeDetail(const Exchange& exchange)
{
    SpanDetail detail;
    detail.input = requestMessages(exchange);
    detail.inputState = detail.input.empty() ? ContentState::Absent : ContentState::Full;
    detail.output = answerMessages(exchange);
    if (!detail.output.empty())
        detail.outputState = exchange.isCut ? ContentState::Truncated : ContentState::Full;
    detail.finishReasons = answerFacts(exchange).finishReasons;
    detail.toolDefinitions = definitionsOf(exchange.request);
    if (exchange.request.is_object())
        for (const auto& [key, value] : exchange.request.items()) {
            if (std::ranges::find(kNoParameters, key) == std::end(kNoParameters)
                && !value.is_null())
                detail.parameters.push_back({key, toJsonText(value)});
        }
    if (!exchange.url.empty())
        detail.attributes.push_back({"url", quoteJson(exchange.url)});
    if (exchange.httpStatus)
        detail.attributes.push_back({"http.status", std::to_string(*exchange.httpStatus)});
    addAnswerAttributes(exchange.answer, detail);
    addAttributes(exchange.rest, {}, detail);
    return detail;
}

std::vector<ToolCallPart> callsIn(const std::vector<Message>& messages)
{
    std::vector<ToolCallPart> calls;
    for (const Message& message : messages)
        for (const MessagePart& part : message.parts)
            if (const auto* call = std::get_if<ToolCallPart>(&part))
                calls.push_back(*call);
    return calls;
}

std::vector<ToolResultPart> resultsIn(const std::vector<Message>& messages)
{
    std::vector<ToolResultPart> results;
    for (const Message& message : messages)
        for (const MessagePart& part : message.parts)
            if (const auto* result = std::get_if<ToolResultPart>(&part))
                results.push_back(*result);
    return results;
}

} // namespace tracestore
