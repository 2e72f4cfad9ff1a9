#include "engine/run/effect_facts.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_writer.h"

#include <nlohmann/json.hpp>

namespace engine {
namespace {

    using nlohmann::json;

    json jsonOf(std::string_view text)
    {
        auto parsed = tracestore::parseJson(text);
        return parsed ? std::move(*parsed) : json(text);
    }

    std::string toolsJson(const std::vector<ToolDefinition>& tools)
    {
        if (tools.empty())
            return {};
        std::string text;
        tracestore::JsonWriter writer(text);
        writer.beginArray();
        for (const ToolDefinition& tool : tools) {
            writer.beginObject();
            writer.member("name", std::string_view(tool.name));
            writer.member("description", std::string_view(tool.description));
            writer.key("input_schema").json(tool.inputSchema);
            writer.endObject();
        }
        writer.endArray();
        return text;
    }

    std::vector<ToolDefinition> toolsOf(const std::string& text)
    {
        std::vector<ToolDefinition> tools;
        const json list = jsonOf(text);
        for (const json& tool : list.is_array() ? list : json::array())
            tools.push_back({tool.value("name", std::string()),
                             tool.value("description", std::string()),
                             tracestore::toJsonText(tool.value("input_schema", json::object()))});
        return tools;
    }

    struct WantedOf
    {
        tracestore::EffectWanted& to;

        void operator()(const ModelCall& call) const
        {
            to.name = call.target.model.empty() ? call.request.model : call.target.model;
            to.provider = call.target.provider;
            to.input = call.request.messages;
            to.parameters = call.request.parameters;
            to.tools = toolsJson(call.request.tools);
        }

        void operator()(const ToolCall& call) const
        {
            to.name = call.tool;
            to.callId = call.callId;
            to.arguments = call.arguments;
        }

        void operator()(const UserQuestion& question) const
        {
            to.name = question.isApproval ? "approval" : "question";
            json subject = {{"question", question.question}};
            if (!question.options.empty())
                subject["options"] = question.options;
            if (!question.subject.empty())
                subject["subject"] = jsonOf(question.subject);
            to.arguments = tracestore::toJsonText(subject);
        }

        void operator()(const AgentTask& task) const
        {
            to.name = task.agent;
            to.callId = task.callId;
            to.arguments = task.task;
        }

        void operator()(const TimerWait& wait) const
        {
            to.name = "wait";
            json length {{"reason", wait.reason}};
            if (wait.until == nullptr) // else its length is known at its end
                length["milliseconds"] = wait.duration.ns / 1'000'000;
            to.arguments = tracestore::toJsonText(length);
        }
    };

    json messagesJson(const tracestore::MessageChain& chain)
    {
        json list = json::array();
        for (const tracestore::Message* message : chain.pointers())
            list.push_back(jsonOf(tracestore::toJson(*message)));
        return list;
    }

} // namespace

tracestore::EffectWanted wanted(const Effect& effect)
{
    tracestore::EffectWanted fact;
    fact.kind = kindOf(effect.request);
    fact.effectClass = effect.effectClass;
    std::visit(WantedOf {fact}, effect.request);
    return fact;
}

tracestore::EffectEnded ended(const Outcome& outcome)
{
    tracestore::EffectEnded fact;
    fact.status = outcome.status;
    fact.origin = outcome.origin;
    fact.result = outcome.text;
    fact.error = outcome.error;
    fact.cost = outcome.cost;
    fact.usage = outcome.spent;
    fact.firstToken = outcome.firstToken;
    fact.note = outcome.note;
    fact.retryAfter = outcome.retryAfter;
    if (outcome.response) {
        fact.output.push_back(outcome.response->message);
        if (!outcome.response->finishReason.empty())
            fact.finishReasons.push_back(outcome.response->finishReason);
        fact.responseId = outcome.response->id;
        fact.respondedModel = outcome.response->model;
        fact.usage = outcome.response->usage;
        fact.raw = outcome.response->raw;
    }
    return fact;
}

EffectRequest requestOf(const tracestore::EffectWanted& fact, EffectRequest like)
{
    if (auto* model = std::get_if<ModelCall>(&like)) {
        model->target = {fact.provider, fact.name};
        model->request.model = fact.name;
        model->request.messages = fact.input;
        model->request.parameters = fact.parameters;
        model->request.tools = toolsOf(fact.tools);
    } else if (auto* tool = std::get_if<ToolCall>(&like)) {
        tool->tool = fact.name;
        tool->callId = fact.callId;
        tool->arguments = fact.arguments;
    } else if (auto* task = std::get_if<AgentTask>(&like)) {
        task->agent = fact.name;
        task->task = fact.arguments;
    } else if (auto* question = std::get_if<UserQuestion>(&like)) {
        const json told = jsonOf(fact.arguments);
        if (told.is_object())
            question->question = told.value("question", question->question);
    }
    return like;
}

Outcome outcomeOf(const tracestore::EffectEnded& fact, tracestore::Timestamp end)
{
    Outcome outcome {.status = fact.status,
                     .origin = fact.origin,
                     .response = {},
                     .text = fact.result,
                     .error = fact.error,
                     .retryAfter = fact.retryAfter,
                     .cost = fact.cost,
                     .spent = {},
                     .firstToken = fact.firstToken,
                     .end = end,
                     .note = fact.note};
    if (fact.output.empty())
        outcome.spent = fact.usage;
    else
        outcome.response = ChatResponse {
            .message = fact.output.front(),
            .finishReason = fact.finishReasons.empty() ? std::string() : fact.finishReasons.front(),
            .id = fact.responseId,
            .model = fact.respondedModel,
            .usage = fact.usage,
            .raw = fact.raw};
    return outcome;
}

std::string requestJson(const EffectRequest& request)
{
    tracestore::EffectWanted fact;
    std::visit(WantedOf {fact}, request);
    json value {{"name", fact.name}};
    if (std::holds_alternative<ModelCall>(request)) {
        value["messages"] = messagesJson(fact.input);
        value["parameters"] = jsonOf(fact.parameters);
        value["tools"] = jsonOf(fact.tools);
    } else {
        value["arguments"] = jsonOf(fact.arguments);
    }
    return tracestore::toJsonText(value);
}

std::string outcomeJson(const Outcome& outcome)
{
    json value {{"status", toWord(outcome.status)}};
    if (outcome.response)
        value["message"] = jsonOf(tracestore::toJson(outcome.response->message));
    if (!outcome.text.empty())
        value["result"] = jsonOf(outcome.text);
    if (outcome.error)
        value["error"] = {{"type", outcome.error->type}, {"message", outcome.error->message}};
    return tracestore::toJsonText(value);
}

} // namespace engine
